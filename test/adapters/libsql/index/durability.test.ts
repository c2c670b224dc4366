import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import Database from "libsql";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLibsqlIndex } from "../../../../src/adapters/libsql/index/mod.ts";
import { WorkerLink } from "../../../../src/adapters/libsql/thread/mod.ts";
import { currentRuntime } from "../../../../src/runtime/mod.ts";
import { firstIndex } from "../../../support/first-schemas.ts";
import { refusal } from "./refusal.ts";
import {
  ask,
  dimensions,
  found,
  openSample,
  quietMeter,
  signal,
  temporaryState,
  vectorOf,
  write,
} from "./sample-index.ts";

const test = suite("embedded index on disk");
const first = { source: "a", generation: 10 };
const second = { source: "a", generation: 20 };
const file = (state: string) => join(state, "index", "index.db");

/** Runs a module of this folder on the same runtime, sources or build alike. */
function runChild(name: string, argument: string) {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const module = fileURLToPath(new URL(`${name}${extension}`, import.meta.url));
  const flags = "deno" in process.versions ? ["run", "-A"] : [];
  return spawn(process.execPath, [...flags, module, argument], { stdio: ["ignore", "pipe", "inherit"] });
}

test("reopened, it answers every generation as before", async () => {
  const state = temporaryState();
  let index = await openSample(state.path);
  await write(index, "a", 0, 10, { "one.ts": ["apple", "plum"], "two.ts": ["cherry"] });
  await write(index, "a", 10, 20, { "one.ts": ["pear", "plum"] }, ["two.ts"]);
  const before = [await ask(index, first, "apple plum"), await ask(index, second, "apple plum")];
  const files = await index.files(second, "", 10, signal);
  await index.close();
  index = await openSample(state.path);
  assert.equal([await ask(index, first, "apple plum"), await ask(index, second, "apple plum")], before);
  assert.equal(await index.files(second, "", 10, signal), files);
  assert.equal(await found(index, first, "cherry"), ["two.ts"]);
  assert.equal(await found(index, second, "cherry"), []);
  await index.close();
  state.remove();
});

test("killed while it writes, it serves the base and the next run takes the rest back", async () => {
  const state = temporaryState();
  const child = runChild("./crash-child", state.path);
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const index = await openSample(state.path);
  assert.equal(await found(index, first, "former"), ["changed.ts"]);
  assert.equal(await found(index, first, "kept"), ["kept.ts"]);
  assert.equal(await found(index, first, "unfinished"), []);
  assert.equal(await write(index, "a", 10, 30, { "late.ts": ["late words"] }), { files: 3, chunks: 3 });
  const third = { source: "a", generation: 30 };
  assert.equal((await found(index, third, "words")).sort(), ["changed.ts", "kept.ts", "late.ts"]);
  assert.equal(await found(index, third, "unfinished"), []);
  await index.close();
  const db = new Database(file(state.path));
  const rows = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).raw().get([]);
  for (const table of ["contents", "files", "chunks", "passages"]) assert.equal(rows(table), [3], table);
  assert.equal(db.prepare("PRAGMA integrity_check").raw().all([]), [["ok"]]);
  db.close();
  state.remove();
});

test("a committed generation that was never served is taken back with what it ended", async () => {
  const state = temporaryState();
  const index = await openSample(state.path);
  await write(index, "a", 0, 10, { "one.ts": ["apple"] });
  await write(index, "a", 10, 20, { "one.ts": ["pear"] });
  await write(index, "a", 10, 30, { "two.ts": ["plum"] });
  const third = { source: "a", generation: 30 };
  assert.equal(await found(index, third, "pear"), []);
  assert.equal((await found(index, third, "apple plum")).sort(), ["one.ts", "two.ts"]);
  await index.close();
  state.remove();
});

test("an edited file's old text is gone for good once it is swept", async () => {
  const state = temporaryState();
  const index = await openSample(state.path);
  await write(index, "a", 0, 10, { "one.ts": ["zanzibar"] });
  await write(index, "a", 10, 20, { "one.ts": ["pear"] });
  assert.is(await index.sweep("a", 20, signal), 1);
  assert.equal(await found(index, first, "zanzibar"), []);
  await index.close();
  const db = new Database(file(state.path));
  for (const [table, columns] of [
    ["passages", "hex(text) || about"],
    ["segments", "hex(bytes)"],
  ]) {
    const rows = db.prepare(`SELECT ${columns} FROM ${table}`).raw().all([]) as string[][];
    const hex = Buffer.from("zanzibar").toString("hex").toUpperCase();
    assert.not.ok(
      rows.some(([text]) => text!.includes(hex)),
      table,
    );
  }
  db.close();
  state.remove();
});

test("another embedder's passages are found by their words and not compared", async () => {
  const state = temporaryState();
  let index = await openSample(state.path);
  await write(index, "a", 0, 10, { "one.ts": ["apple"] });
  await index.close();
  const embedder = { dimensions: dimensions * 2, fingerprint: "sample-2" };
  index = await openLibsqlIndex({ statePath: state.path, embedder, meter: quietMeter }, signal);
  assert.equal(await found(index, first, "apple", new Float32Array([...vectorOf("apple"), ...vectorOf("apple")])), [
    "one.ts",
  ]);
  await index.close();
  state.remove();
});

// See test/runtimes/known-differences.md.
const inOneProcess = currentRuntime().name === "deno" ? test.skip : test;

inOneProcess("a file that is no database, a cut one and a newer one are named with the way out", async () => {
  const state = temporaryState();
  const index = await openSample(state.path);
  await write(index, "a", 0, 10, { "one.ts": Array.from({ length: 200 }, (_, at) => `apple ${at}`) });
  await index.close();
  truncateSync(file(state.path), 40_000);
  const cut = await refusal(openSample(state.path));
  assert.is(cut.code, "internal");
  assert.match(cut.message, /doctor --repair.*rebuild/);
  writeFileSync(file(state.path), "not a database at all ".repeat(1_000));
  const damaged = await refusal(openSample(state.path));
  assert.is(damaged.code, "internal");
  assert.match(damaged.message, /doctor --repair.*rebuild/);
  writeFileSync(file(state.path), "");
  await (await openSample(state.path)).close();
  const db = new Database(file(state.path));
  db.exec("PRAGMA user_version = 99");
  db.close();
  const newer = await refusal(openSample(state.path));
  assert.is(newer.code, "precondition");
  assert.match(newer.message, "99");
  state.remove();
});

test("a file of the first schema opens, and knows what its segments lost", async () => {
  const state = temporaryState();
  const index = await openSample(state.path);
  await write(index, "a", 0, 10, { "one.ts": ["apple", "plum", "fig", "pear", "quince"], "two.ts": ["cherry"] });
  await write(index, "a", 10, 20, {}, ["two.ts"]);
  await index.sweep("a", 20, signal);
  await index.close();
  const losses = () => {
    const db = new Database(file(state.path));
    const rows = db.prepare("SELECT segment, gone FROM losses").raw().all([]);
    db.close();
    return rows;
  };
  const before = losses();
  assert.is(before.length, 1);
  firstIndex(file(state.path));
  const opened = await openSample(state.path);
  assert.equal(await found(opened, second, "apple"), ["one.ts"]);
  await opened.close();
  assert.equal(losses(), before);
  state.remove();
});

test("stays small over a hundred one-file runs", async () => {
  const state = temporaryState();
  const index = await openSample(state.path);
  const words = Array.from({ length: 40 }, (_, at) => `common words ${at}`);
  await write(index, "a", 0, 1, { "base.ts": words });
  let size = 0;
  for (let generation = 1; generation <= 100; generation++) {
    await write(index, "a", generation, generation + 1, { "edited.ts": [`vintage ${generation}`, ...words] });
    await index.sweep("a", generation + 1, signal);
    if (generation === 20) size = (await ask(index, { source: "a", generation: 21 }, "common")).documents;
  }
  assert.is((await ask(index, { source: "a", generation: 101 }, "common")).documents, size);
  assert.equal(await found(index, { source: "a", generation: 101 }, "vintage"), ["edited.ts"]);
  await index.close();
  const db = new Database(file(state.path));
  const count = (sql: string) => (db.prepare(sql).raw().get([]) as unknown as number[])[0]!;
  assert.is(count("SELECT count(*) FROM chunks"), 81);
  assert.ok(count("SELECT count(*) FROM segments") <= 9);
  assert.ok(count("SELECT sum(rows) FROM segments") <= 81 + 41 * 2);
  assert.ok(count("PRAGMA page_count") <= 64, "the file gives space back");
  db.close();
  state.remove();
});

test("a thread that dies rejects what waits and what comes, and is named", async () => {
  const worker = new Worker(
    'require("node:worker_threads").parentPort.on("message", () => { throw new Error("x"); })',
    {
      eval: true,
    },
  );
  const link = new WorkerLink<{ search: (argument: null) => null }>(worker, "index", "search engine", () => {});
  const waiting = await Promise.all([refusal(link.call("search", null)), refusal(link.call("search", null))]);
  assert.equal(
    waiting.map(({ code }) => code),
    ["unavailable", "unavailable"],
  );
  assert.match(link.death?.message ?? "", "search engine died");
  assert.is((await refusal(link.call("search", null))).code, "unavailable");
  await link.terminate();
});

test.run();
