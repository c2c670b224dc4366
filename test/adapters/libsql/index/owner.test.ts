import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { takeOwnership } from "../../../../src/adapters/libsql/index/mod.ts";
import { refusal } from "./refusal.ts";
import { temporaryState } from "./sample-index.ts";

const test = suite("ownership of the state directory");

test("refuses a second owner by name of the first, until the first lets go", async () => {
  const state = temporaryState();
  const first = await takeOwnership(state.path);
  const fault = await refusal(takeOwnership(state.path));
  assert.is(fault.code, "conflict");
  assert.match(fault.message, String(process.pid));
  assert.match(fault.message, hostname());
  await first.release();
  await first.release();
  const second = await takeOwnership(state.path);
  await second.release();
  state.remove();
});

test("takes over the lock of a process that is gone, and never one of another machine", async () => {
  const state = temporaryState();
  // No process has this number: Linux ends at 2^22.
  const gone = { pid: 2 ** 30, host: hostname(), mark: "", started: "then" };
  writeFileSync(join(state.path, "lock"), JSON.stringify(gone));
  const owner = await takeOwnership(state.path);
  assert.is(JSON.parse(readFileSync(join(state.path, "lock"), "utf8")).pid, process.pid);
  await owner.release();
  writeFileSync(join(state.path, "lock"), JSON.stringify({ ...gone, host: "elsewhere.example" }));
  const fault = await refusal(takeOwnership(state.path));
  assert.is(fault.code, "conflict");
  assert.match(fault.message, "elsewhere.example");
  state.remove();
});

test("gives the lock to one of many that find it stale at once", async () => {
  const state = temporaryState();
  writeFileSync(join(state.path, "lock"), JSON.stringify({ pid: 2 ** 30, host: hostname(), mark: "", started: "" }));
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeOwnership(state.path)));
  const owners = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  assert.is(owners.length, 1);
  await owners[0]!.release();
  state.remove();
});

test("keeps the directory private, and out of Git", async () => {
  const state = temporaryState();
  const path = join(state.path, "deep", "state");
  const owner = await takeOwnership(path);
  assert.is(statSync(path).mode & 0o777, 0o700);
  assert.is(readFileSync(join(path, ".gitignore"), "utf8"), "*\n");
  await owner.release();
  state.remove();
});

test("names a path that can't be a folder, and the way out", async () => {
  const state = temporaryState();
  mkdirSync(join(state.path, "x"));
  writeFileSync(join(state.path, "x", "file"), "");
  const fault = await refusal(takeOwnership(join(state.path, "x", "file", "state")));
  assert.is(fault.code, "precondition");
  assert.match(fault.message, join(state.path, "x", "file", "state"));
  assert.match(fault.message, "KM_STATE_PATH");
  state.remove();
});

test.run();
