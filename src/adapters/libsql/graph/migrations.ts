import { type Connection, takeSteps } from "../file/mod.ts";

/**
 * Steps from one schema version to the next; `PRAGMA user_version` holds how many were taken. A step that was
 * released is never edited: the next change is another step.
 *
 * - `contributions` is what a path contributed from generation `born` until `dead`: the ids of its nodes and of the
 *   nodes that its edges name (JSON, without the source), and its edges as `packLinks` lays them out. A million edges are
 *   then as many rows as there are files.
 * - `nodes` are a contribution's nodes (`node-row.ts`), numbered after it: see `nodeRow`.
 * - `facts` is what a path said; `names` are the hashes by which files that mention a name are found.
 * - Paths are UTF-16 big-endian blobs, whose byte order is the order of code units that listings promise.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE paths (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, path BLOB NOT NULL, UNIQUE (source, path)
  ) STRICT;
  CREATE TABLE contributions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL, path INTEGER NOT NULL, born INTEGER NOT NULL,
    dead INTEGER NOT NULL, nodes INTEGER NOT NULL, edges INTEGER NOT NULL, digest BLOB NOT NULL, ids TEXT NOT NULL,
    links BLOB NOT NULL
  ) STRICT;
  CREATE INDEX contributions_path ON contributions (path);
  CREATE INDEX contributions_born ON contributions (source, born);
  CREATE INDEX contributions_dead ON contributions (source, dead);
  CREATE TABLE nodes (id INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT;
  CREATE TABLE facts (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, path INTEGER NOT NULL, born INTEGER NOT NULL, dead INTEGER NOT NULL,
    defines TEXT NOT NULL, names BLOB NOT NULL, said TEXT NOT NULL
  ) STRICT;
  CREATE INDEX facts_path ON facts (path);
  CREATE INDEX facts_born ON facts (source, born);
  CREATE INDEX facts_dead ON facts (source, dead);
  CREATE TABLE committed (source INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
  `,
  // What was said becomes an outline and, on a line of its own, the mentions: here all names stay with the outline.
  `UPDATE facts SET said = said || char(10) || '[[],' || json_extract(said, '$[4]') || ']';`,
];

/** Creates or migrates. @throws Fault `precondition` when a newer gateway wrote the file. */
export function migrate(db: Connection): void {
  takeSteps(db, steps, "graph");
}

/** Nodes of one contribution at most. */
export const mostNodes = 2 ** 20;

/** The row of a contribution's node. */
export function nodeRow(contribution: number, ordinal: number): number {
  return contribution * mostNodes + ordinal;
}
