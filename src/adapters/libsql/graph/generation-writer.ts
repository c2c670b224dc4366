import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { alive } from "../../../domain/mod.ts";
import { type Connection, insertRows, pathKey } from "../file/mod.ts";
import type { KnownNames } from "./known-names.ts";
import { nodeRow } from "./migrations.ts";
import type { PackedContribution } from "./packed-contribution.ts";
import { StagedFacts } from "./staged-facts.ts";
import type { Change } from "./writer-operations.ts";

export interface GenerationKey {
  readonly source: number;
  readonly base: number;
  readonly next: number;
}

/** Rows of one unfinished generation of one source. Every method runs inside the caller's transaction. */
export class GenerationWriter {
  readonly key: GenerationKey;
  readonly facts: StagedFacts;
  readonly #db: Connection;

  /** `names`: those of the facts that are alive, where they are known. */
  constructor(db: Connection, key: GenerationKey, names: KnownNames | undefined) {
    this.#db = db;
    this.key = key;
    this.facts = new StagedFacts(db, key.source, names);
  }

  change(change: Change): void {
    const known = this.path(change.path);
    if (change.kind === "remove") {
      if (known === undefined) return;
      this.facts.remove(known, this.key.next);
      this.#end(known);
      return;
    }
    const path = known ?? this.#addPath(change.path);
    if (change.kind === "stage") this.facts.stage(path, change.facts, this.key.next);
    else this.#put(path, change.packed);
  }

  path(path: string): number | undefined {
    const row = this.#db
      .sql("SELECT id FROM paths WHERE source = ? AND path = ?")
      .get([this.key.source, pathKey(path)]);
    return row?.[0] as number | undefined;
  }

  /** What files say, as their rows have it; a path without facts is left out. */
  read(paths: readonly string[]): (readonly [path: string, said: string])[] {
    return paths.flatMap((path) => {
      const id = this.path(path);
      const said = id === undefined ? undefined : this.facts.read(id);
      return said === undefined ? [] : [[path, said] as const];
    });
  }

  /** Ends everything the source holds: the generation starts from nothing. */
  endAll(): void {
    const { source, next } = this.key;
    for (const table of ["contributions", "facts"])
      this.#db.sql(`UPDATE ${table} SET dead = ? WHERE source = ? AND dead = ?`).run([next, source, alive]);
  }

  #addPath(path: string): number {
    this.#db.sql("INSERT INTO paths (source, path) VALUES (?, ?)").run([this.key.source, pathKey(path)]);
    return this.#db.number("SELECT last_insert_rowid()");
  }

  /** What did not change is not written again. */
  #put(path: number, { ids, nodes, links, edges }: PackedContribution): void {
    const bytes = Buffer.from(links.buffer, links.byteOffset, links.byteLength);
    const digest = createHash("sha256").update(ids).update("\n").update(nodes.join("\n")).update(bytes).digest();
    const current = this.#db.sql("SELECT digest FROM contributions WHERE path = ? AND dead = ?").get([path, alive]);
    if (current !== undefined && digest.equals(current[0] as Uint8Array)) return;
    if (current !== undefined) this.#end(path);
    if (nodes.length + edges === 0) return;
    const { source, next } = this.key;
    this.#db
      .sql(
        "INSERT INTO contributions (source, path, born, dead, nodes, edges, digest, ids, links) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      )
      .run([source, path, next, alive, nodes.length, edges, digest, ids, bytes]);
    const id = this.#db.number("SELECT last_insert_rowid()");
    insertRows(
      this.#db,
      "nodes (id, data)",
      nodes.map((data, at) => [nodeRow(id, at), data]),
    );
  }

  #end(path: number): void {
    const { next } = this.key;
    const fresh = this.#db.sql("SELECT id, nodes FROM contributions WHERE path = ? AND born = ?").get([path, next]);
    if (fresh !== undefined) deleteContribution(this.#db, fresh[0] as number);
    this.#db.sql("UPDATE contributions SET dead = ? WHERE path = ? AND dead = ?").run([next, path, alive]);
  }
}

export function deleteContribution(db: Connection, id: number): void {
  db.sql("DELETE FROM nodes WHERE id >= ? AND id < ?").run([nodeRow(id, 0), nodeRow(id + 1, 0)]);
  db.sql("DELETE FROM contributions WHERE id = ?").run([id]);
}
