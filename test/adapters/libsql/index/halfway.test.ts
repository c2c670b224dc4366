import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openForWriting } from "../../../../src/adapters/libsql/file/mod.ts";
import { Contents } from "../../../../src/adapters/libsql/index/contents.ts";
import { Counters } from "../../../../src/adapters/libsql/index/counters.ts";
import { Embeddings } from "../../../../src/adapters/libsql/index/embeddings.ts";
import type { Tables } from "../../../../src/adapters/libsql/index/generation-writer.ts";
import { migrate } from "../../../../src/adapters/libsql/index/migrations.ts";
import { Segments } from "../../../../src/adapters/libsql/index/segments.ts";
import { sweepStep } from "../../../../src/adapters/libsql/index/sweep-step.ts";
import { takeBackStep } from "../../../../src/adapters/libsql/index/take-back.ts";
import { dimensions, openSample, temporaryState, write } from "./sample-index.ts";

const test = suite("what a process leaves that is killed between two steps of upkeep");

/** More files than one step deletes. */
const files = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`${at}.ts`, [`word${at}`]]));

/** The rows as they are after one step; `work` says whether another is needed. */
async function afterOneStep(work: (tables: Tables, source: number) => boolean) {
  const state = temporaryState();
  const index = await openSample(state.path);
  await write(index, "a", 0, 10, { "kept.ts": ["kept"] });
  await write(index, "a", 10, 20, files);
  await write(index, "a", 20, 30, {}, Object.keys(files));
  await index.close();
  const db = openForWriting(join(state.path, "index", "index.db"), 1_024, migrate);
  const counters = new Counters(db);
  const contents = new Contents(db, counters);
  const embeddings = new Embeddings(db, counters);
  const tables = { db, counters, contents, embeddings, segments: new Segments(db, counters, dimensions) };
  const more = work(tables, db.number("SELECT id FROM sources WHERE name = 'a'"));
  const count = (sql: string) => db.number(`SELECT count(*) FROM ${sql}`);
  const left = {
    more,
    orphans: count("files WHERE content NOT IN (SELECT id FROM contents)"),
    kept: count("files f JOIN contents c ON c.id = f.content WHERE c.born = 10"),
  };
  db.close();
  state.remove();
  return left;
}

test("a sweep leaves no file that names a content that is gone", async () => {
  const left = await afterOneStep((tables, source) => !sweepStep(tables, source, 30, false).done);
  assert.equal(left, { more: true, orphans: 0, kept: 1 });
});

test("nor does taking back a generation", async () => {
  const left = await afterOneStep((tables, source) => takeBackStep(tables, source, 10));
  assert.equal(left, { more: true, orphans: 0, kept: 1 });
});

test.run();
