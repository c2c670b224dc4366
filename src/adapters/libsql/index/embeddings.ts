import { Buffer } from "node:buffer";
import { quantise } from "../../../domain/vector/mod.ts";
import { type Bind, type Connection, insertRows } from "../file/mod.ts";
import type { Counters } from "./counters.ts";
import { toBytes, toHex } from "./hex.ts";

/** An int8 vector and the number that scales it back. */
export interface Code {
  /** Row of the cache; 0 when there is none. */
  readonly id: number;
  readonly code: Int8Array;
  readonly scale: number;
}

/** Hashes a statement asks for; the rest of the last one is filled with what no text has. */
const hashesAtOnce = 16;
const noHash = new Uint8Array(0);

/** Vectors by text, once for each embedder, so that an unchanged text is never embedded twice. */
export class Embeddings {
  readonly #db: Connection;
  readonly #counters: Counters;

  constructor(db: Connection, counters: Counters) {
    this.#db = db;
    this.#counters = counters;
  }

  /** Those of the hashes that are kept. */
  has(fingerprint: number, textHashes: readonly string[]): string[] {
    return [...this.#select("text_hash", fingerprint, textHashes)].map(([hash]) => toHex(hash));
  }

  /** The vectors of those of the hashes that are kept. */
  find(fingerprint: number, textHashes: readonly string[]): Map<string, Code> {
    const found = new Map<string, Code>();
    for (const row of this.#select("text_hash, id, scale, code", fingerprint, textHashes)) {
      const [hash, id, scale, code] = row;
      found.set(toHex(hash), { id: id as number, scale: scale as number, code: Int8Array.from(signed(code)) });
    }
    return found;
  }

  /** Keeps vectors of texts that have none yet. */
  keep(fingerprint: number, vectors: ReadonlyMap<string, Float32Array>): Map<string, Code> {
    const kept = new Map<string, Code>();
    const rows: Bind[][] = [];
    for (const [hash, vector] of vectors) {
      const id = this.#counters.take("embedding");
      const { code, scale } = quantise(vector);
      kept.set(hash, { id, code, scale });
      // The driver binds Buffers and Uint8Arrays only.
      rows.push([id, fingerprint, toBytes(hash), scale, Buffer.from(code.buffer, code.byteOffset, code.byteLength)]);
    }
    insertRows(this.#db, "embeddings (id, fingerprint, text_hash, scale, code)", rows);
    return kept;
  }

  *#select(columns: string, fingerprint: number, textHashes: readonly string[]) {
    const marks = new Array<string>(hashesAtOnce).fill("?").join(",");
    const find = this.#db.sql(`SELECT ${columns} FROM embeddings WHERE fingerprint = ? AND text_hash IN (${marks})`);
    for (let at = 0; at < textHashes.length; at += hashesAtOnce) {
      const hashes: Uint8Array[] = textHashes.slice(at, at + hashesAtOnce).map(toBytes);
      while (hashes.length < hashesAtOnce) hashes.push(noHash);
      yield* find.all([fingerprint, ...hashes]);
    }
  }
}

function signed(column: unknown): Int8Array {
  const bytes = column as Uint8Array;
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
