import { type Connection, pathKey } from "../file/mod.ts";
import type { Counters } from "./counters.ts";

export function findSource(db: Connection, name: string): number | undefined {
  return db.sql("SELECT id FROM sources WHERE name = ?").get([name])?.[0] as number | undefined;
}

export function sourceId(db: Connection, name: string): number {
  db.sql("INSERT INTO sources (name) VALUES (?) ON CONFLICT (name) DO NOTHING").run([name]);
  return findSource(db, name)!;
}

export function findPath(db: Connection, source: number, path: string): number | undefined {
  const row = db.sql("SELECT id FROM paths WHERE source = ? AND path = ?").get([source, pathKey(path)]);
  return row?.[0] as number | undefined;
}

/** Of a path that has no number yet. */
export function addPath(db: Connection, counters: Counters, source: number, path: string): number {
  const id = counters.take("path");
  db.sql("INSERT INTO paths (id, source, path) VALUES (?, ?, ?)").run([id, source, pathKey(path)]);
  return id;
}

export function fingerprintId(db: Connection, name: string): number {
  db.sql("INSERT INTO fingerprints (name) VALUES (?) ON CONFLICT (name) DO NOTHING").run([name]);
  return db.number("SELECT id FROM fingerprints WHERE name = ?", [name]);
}
