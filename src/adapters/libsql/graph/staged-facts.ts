import { Buffer } from "node:buffer";
import { factNames, unpackFacts } from "../../../domain/graph/mod.ts";
import { alive } from "../../../domain/mod.ts";
import { type Connection, fromPathKey, pathKey } from "../file/mod.ts";
import { fromRow } from "./facts-row.ts";
import { nameHash } from "./name-hash.ts";

interface KnownFile {
  readonly path: string;
  readonly defines: readonly string[];
  /** Hashes of all its names. */
  readonly names: Float64Array;
}

/**
 * What the files of a source say, as its writer sees it: rows that are alive. The names in them are held in memory
 * once somebody asks for them, some 10 bytes each.
 */
export class StagedFacts {
  readonly #db: Connection;
  readonly #source: number;
  #files: Map<number, KnownFile> | undefined;
  readonly #definers = new Map<string, Set<number>>();

  constructor(db: Connection, source: number) {
    this.#db = db;
    this.#source = source;
  }

  stage(path: number, name: string, said: string, next: number): void {
    const row = this.#db.sql("SELECT id, born, said FROM facts WHERE path = ? AND dead = ?").get([path, alive]);
    if (row?.[2] === said) return;
    if (row !== undefined) this.#end(path, next);
    const facts = unpackFacts(fromRow(said));
    const defines = [...new Set(facts.definitions.map((definition) => definition.name))];
    const names = Float64Array.from(factNames(facts), nameHash);
    const bytes = Buffer.from(names.buffer, names.byteOffset, names.byteLength);
    this.#db
      .sql("INSERT INTO facts (source, path, born, dead, defines, names, said) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run([this.#source, path, next, alive, JSON.stringify(defines), bytes, said]);
    if (this.#files !== undefined) this.#know(path, { path: name, defines, names });
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
    const wanted = new Set(names.map(nameHash));
    const found: string[] = [];
    for (const file of this.#known().values()) if (file.names.some((hash) => wanted.has(hash))) found.push(file.path);
    return found.sort();
  }

  defining(names: readonly string[]): (readonly [string, readonly string[]])[] {
    const files = this.#known();
    return [...new Set(names)].flatMap((name) => {
      const definers = this.#definers.get(name);
      if (definers === undefined) return [];
      return [[name, [...definers].map((path) => files.get(path)!.path).sort()] as const];
    });
  }

  #end(path: number, next: number): void {
    this.#db.sql("DELETE FROM facts WHERE path = ? AND born = ?").run([path, next]);
    this.#db.sql("UPDATE facts SET dead = ? WHERE path = ? AND dead = ?").run([next, path, alive]);
    if (this.#files !== undefined) this.#forget(path);
  }

  #known(): ReadonlyMap<number, KnownFile> {
    if (this.#files !== undefined) return this.#files;
    this.#files = new Map();
    const rows = this.#db.sql(
      "SELECT p.id, p.path, f.defines, f.names FROM facts f JOIN paths p ON p.id = f.path WHERE f.source = ? AND f.dead = ?",
    );
    for (const [id, key, defines, bytes] of rows.rows([this.#source, alive])) {
      const copy = Uint8Array.from(bytes as Uint8Array);
      const names = new Float64Array(copy.buffer, 0, copy.byteLength >>> 3);
      this.#know(id as number, { path: fromPathKey(key), defines: JSON.parse(defines as string) as string[], names });
    }
    return this.#files;
  }

  #know(path: number, file: KnownFile): void {
    this.#files!.set(path, file);
    for (const name of file.defines) {
      const definers = this.#definers.get(name);
      if (definers === undefined) this.#definers.set(name, new Set([path]));
      else definers.add(path);
    }
  }

  #forget(path: number): void {
    for (const name of this.#files!.get(path)?.defines ?? []) {
      const definers = this.#definers.get(name);
      definers?.delete(path);
      if (definers?.size === 0) this.#definers.delete(name);
    }
    this.#files!.delete(path);
  }
}
