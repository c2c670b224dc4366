import { Buffer } from "node:buffer";
import { factNames, type PackedFacts, unpackFacts } from "../../../domain/graph/mod.ts";
import { alive } from "../../../domain/mod.ts";
import { type Connection, fromPathKey, pathKey } from "../file/mod.ts";
import { toRow } from "./facts-row.ts";
import { KnownNames } from "./known-names.ts";
import { nameHash } from "./name-hash.ts";

/**
 * What the files of a source say, as its writer sees it: rows that are alive. The names in them are held in memory
 * once somebody asks for them.
 */
export class StagedFacts {
  readonly #db: Connection;
  readonly #source: number;
  #names: KnownNames | undefined;

  /** `names`: those of the rows that are alive, where they are known. */
  constructor(db: Connection, source: number, names: KnownNames | undefined) {
    this.#db = db;
    this.#source = source;
    this.#names = names;
  }

  /** What it knows by now, for the next writer. */
  get names(): KnownNames | undefined {
    return this.#names;
  }

  stage(path: number, packed: PackedFacts, next: number): void {
    const said = toRow(packed);
    const row = this.#db.sql("SELECT id, born, said FROM facts WHERE path = ? AND dead = ?").get([path, alive]);
    if (row?.[2] === said) return;
    if (row !== undefined) this.#end(path, next);
    const facts = unpackFacts(packed);
    const defines = [...new Set(facts.definitions.map((definition) => definition.name))];
    const names = Float64Array.from(factNames(facts), nameHash);
    const bytes = Buffer.from(names.buffer, names.byteOffset, names.byteLength);
    this.#db
      .sql("INSERT INTO facts (source, path, born, dead, defines, names, said) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run([this.#source, path, next, alive, JSON.stringify(defines), bytes, said]);
    this.#names?.know(path, names, Float64Array.from(defines, nameHash));
  }

  remove(path: number, next: number): void {
    this.#end(path, next);
  }

  /** Of a path: its facts as text. */
  read(path: number): string | undefined {
    const row = this.#db.sql("SELECT said FROM facts WHERE path = ? AND dead = ?").get([path, alive]);
    return row?.[0] as string | undefined;
  }

  paths(afterPath: string, limit: number): string[] {
    const list = this.#db.sql(
      `SELECT p.path FROM paths p JOIN facts f ON f.path = p.id
       WHERE p.source = ? AND p.path > ? AND f.dead = ? ORDER BY p.path LIMIT ?`,
    );
    return list.all([this.#source, pathKey(afterPath), alive, limit]).map(([key]) => fromPathKey(key));
  }

  mentioning(names: readonly string[]): string[] {
    return this.#pathsOf(this.#known().mentioning(names.map(nameHash)));
  }

  defining(names: readonly string[]): (readonly [string, readonly string[]])[] {
    const asked = [...new Set(names)].map((name) => [name, nameHash(name)] as const);
    const found = this.#known().defining(asked.map(([, hash]) => hash));
    return asked.flatMap(([name, hash]) => {
      const paths = found.get(hash);
      return paths === undefined ? [] : [[name, this.#pathsOf(paths)] as const];
    });
  }

  #pathsOf(rows: Iterable<number>): string[] {
    const read = this.#db.sql("SELECT path FROM paths WHERE id = ?");
    return Array.from(rows, (row) => fromPathKey(read.get([row])![0])).sort();
  }

  #end(path: number, next: number): void {
    this.#db.sql("DELETE FROM facts WHERE path = ? AND born = ?").run([path, next]);
    this.#db.sql("UPDATE facts SET dead = ? WHERE path = ? AND dead = ?").run([next, path, alive]);
    this.#names?.forget(path);
  }

  #known(): KnownNames {
    if (this.#names !== undefined) return this.#names;
    this.#names = new KnownNames();
    const rows = this.#db.sql("SELECT path, defines, names FROM facts WHERE source = ? AND dead = ?");
    for (const [path, defines, bytes] of rows.rows([this.#source, alive])) {
      const copy = Uint8Array.from(bytes as Uint8Array);
      const names = new Float64Array(copy.buffer, 0, copy.byteLength >>> 3);
      this.#names.know(path as number, names, Float64Array.from(JSON.parse(defines as string) as string[], nameHash));
    }
    return this.#names;
  }
}
