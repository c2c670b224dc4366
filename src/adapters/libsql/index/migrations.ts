import { type Connection, takeSteps } from "../file/mod.ts";

/**
 * Steps from one schema version to the next; `PRAGMA user_version` holds how many were taken. A step that was
 * released is never edited: the next change is another step.
 *
 * - `contents` is what a path held from generation `born` until `dead`; its chunks are the ids
 *   `[first_chunk, first_chunk + chunks)`, so that ending a file's chunks is one row's update.
 * - `files` is what is known of a path; it changes without its content (`touch`).
 * - Text is kept as UTF-8 blobs, since the driver cuts strings at NUL; paths as UTF-16 big-endian blobs, whose
 *   byte order is the order of code units that listings promise.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE paths (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, path BLOB NOT NULL, UNIQUE (source, path)
  ) STRICT;
  CREATE TABLE contents (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, path INTEGER NOT NULL, born INTEGER NOT NULL,
    dead INTEGER NOT NULL, first_chunk INTEGER NOT NULL, chunks INTEGER NOT NULL, symbols TEXT NOT NULL
  ) STRICT;
  CREATE INDEX contents_path ON contents (path);
  CREATE INDEX contents_born ON contents (source, born);
  CREATE INDEX contents_dead ON contents (source, dead);
  CREATE TABLE files (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, path INTEGER NOT NULL, born INTEGER NOT NULL,
    dead INTEGER NOT NULL, content INTEGER NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX files_path ON files (path);
  CREATE INDEX files_born ON files (source, born);
  CREATE INDEX files_dead ON files (source, dead);
  CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, content INTEGER NOT NULL, chunk_id BLOB NOT NULL, text_hash BLOB NOT NULL,
    start_line INTEGER NOT NULL, end_line INTEGER NOT NULL, kinds INTEGER NOT NULL, embedding INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX chunks_chunk_id ON chunks (chunk_id);
  CREATE INDEX chunks_embedding ON chunks (embedding);
  CREATE TABLE passages (id INTEGER PRIMARY KEY, about TEXT NOT NULL, text BLOB NOT NULL) STRICT;
  CREATE TABLE fingerprints (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL, text_hash BLOB NOT NULL, scale REAL NOT NULL,
    code BLOB NOT NULL, UNIQUE (fingerprint, text_hash)
  ) STRICT;
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, fingerprint INTEGER NOT NULL, born INTEGER NOT NULL,
    first_chunk INTEGER NOT NULL, last_chunk INTEGER NOT NULL, rows INTEGER NOT NULL, gone INTEGER NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX segments_source ON segments (source, first_chunk);
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  CREATE TABLE committed (source INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
  `,
  // Counted beside the segments, whose column `gone` is no longer read: a row's update takes all its megabytes along.
  `
  CREATE TABLE losses (segment INTEGER PRIMARY KEY, gone INTEGER NOT NULL) STRICT;
  INSERT INTO losses SELECT id, gone FROM segments WHERE gone > 0;
  CREATE TRIGGER losses_end AFTER DELETE ON segments BEGIN DELETE FROM losses WHERE segment = old.id; END;
  `,
];

/** Creates or migrates. @throws Fault `precondition` when a newer gateway wrote the file. */
export function migrate(db: Connection): void {
  takeSteps(db, steps, "index");
}
