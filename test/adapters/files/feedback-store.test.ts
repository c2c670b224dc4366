import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openFeedbackStore, readFeedback } from "../../../src/adapters/files/mod.ts";
import type { Fault, Feedback } from "../../../src/domain/mod.ts";

const never = new AbortController().signal;
const folders: string[] = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "gateway-feedback-"));
  folders.push(folder);
  return folder;
}

function sample(at: number, note = ""): Feedback {
  const search = { searchRequestId: `s-${at}`, query: "wo steht\n das?", mode: "hybrid", profile: "default" };
  return { at, tokenId: "reader", ...search, vote: "helpful", note };
}

async function all(statePath: string): Promise<Feedback[]> {
  const read: Feedback[] = [];
  for await (const one of readFeedback(statePath, never)) read.push(one);
  return read;
}

const test = suite("feedback files");

test("gives back what was added, in its order, by whoever reads beside it", async () => {
  const statePath = temporary();
  assert.equal(await all(statePath), []);
  const store = await openFeedbackStore({ statePath }, never);
  const added = Array.from({ length: 30 }, (_, at) => sample(at, `note ${at}`));
  await Promise.all(added.map((one) => store.add(one, never)));
  assert.equal(await all(statePath), added);
  assert.is(statSync(join(statePath, "feedback", "feedback.jsonl")).mode & 0o777, 0o600);
  const again = await openFeedbackStore({ statePath }, never);
  await again.add(sample(30), never);
  assert.equal(await all(statePath), [...added, sample(30)]);
});

test("loses only the line that a dying process left half written", async () => {
  const statePath = temporary();
  const store = await openFeedbackStore({ statePath }, never);
  await store.add(sample(1), never);
  appendFileSync(join(statePath, "feedback", "feedback.jsonl"), '{"at":2,"tok');
  await store.add(sample(3), never);
  assert.equal(await all(statePath), [sample(1), sample(3)]);
});

test("keeps two files' worth and drops the oldest", async () => {
  const statePath = temporary();
  const store = await openFeedbackStore({ statePath, fileBytes: 2_000 }, never);
  for (let at = 0; at < 60; at++) await store.add(sample(at), never);
  const kept = await all(statePath);
  assert.ok(kept.length >= 10 && kept.length < 60, `${kept.length}`);
  assert.equal(
    kept.map(({ at }) => at),
    Array.from({ length: kept.length }, (_, at) => 60 - kept.length + at),
  );
});

test("adds nothing for a caller that has gone", async () => {
  const statePath = temporary();
  const store = await openFeedbackStore({ statePath }, never);
  await store.add(sample(1), AbortSignal.abort()).then(
    () => assert.unreachable(),
    (error) => assert.is((error as Fault).code, "cancelled"),
  );
  assert.equal(await all(statePath), []);
});

test.run();
