import { Buffer } from "node:buffer";
import { quantise } from "../../../domain/vector/mod.ts";
import type { Counters } from "./counters.ts";
import type { Connection } from "./database.ts";

/** An int8 vector and the number that scales it back. */
export interface Code {
  /** Row of the cache; 0 when there is none. */
  readonly id: number;
  readonly code: Int8Array;
  readonly scale: number;
}

/** Vectors by text, once for each embedder, so that an unchanged text is never embedded twice. */
export class Embeddings {
  readonly #db: Connection;
  readonly #counters: Counters;

  constructor(db: Connection, counters: Counters) {
    this.#db = db;
    this.#counters = counters;
  }

  has(fingerprint: number, textHash: Uint8Array): boolean {
    const find = this.#db.sql("SELECT id FROM embeddings WHERE fingerprint = ? AND text_hash = ?");
    return find.get([fingerprint, textHash]) !== undefined;
  }

  find(fingerprint: number, textHash: Uint8Array): Code | undefined {
    const row = this.#db
      .sql("SELECT id, scale, code FROM embeddings WHERE fingerprint = ? AND text_hash = ?")
      .get([fingerprint, textHash]);
    if (row === undefined) return undefined;
    return { id: row[0] as number, scale: row[1] as number, code: Int8Array.from(signed(row[2])) };
  }

  keep(fingerprint: number, textHash: Uint8Array, vector: Float32Array): Code {
    const known = this.find(fingerprint, textHash);
    if (known !== undefined) return known;
    const id = this.#counters.take("embedding");
    const { code, scale } = quantise(vector);
    this.#db
      .sql("INSERT INTO embeddings (id, fingerprint, text_hash, scale, code) VALUES (?, ?, ?, ?, ?)")
      // The driver binds Buffers and Uint8Arrays only.
      .run([id, fingerprint, textHash, scale, Buffer.from(code.buffer, code.byteOffset, code.byteLength)]);
    return { id, code, scale };
  }
}

function signed(column: unknown): Int8Array {
  const bytes = column as Uint8Array;
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
