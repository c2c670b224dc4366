import { suite } from "uvu";
import * as assert from "uvu/assert";
import { manualClock } from "../../../../src/adapters/memory/mod.ts";
import type { Fault } from "../../../../src/domain/mod.ts";
import { SharedWork } from "../../../../src/services/ingest/lifecycle/shared-work.ts";

const test = suite("work that callers share");
const never = new AbortController().signal;

function made() {
  const clock = manualClock();
  const ends: { resolve(value: string): void; reject(error: Error): void; readonly signal: AbortSignal }[] = [];
  const work = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => void ends.push({ resolve, reject, signal }));
  return { clock, ends, work, shared: new SharedWork(clock) };
}

const faultOf = (asked: Promise<unknown>): Promise<Fault> =>
  asked.then(
    () => assert.unreachable("it was answered") as never,
    (error: Fault) => error,
  );

test("a caller is told before their deadline that it takes long; who asks again is answered by the same work", async () => {
  const { clock, ends, work, shared } = made();
  const first = faultOf(shared.of("a", work, never));
  await clock.advance(8_000);
  const { code, reason, retryAfterMs } = await first;
  assert.equal([code, reason, retryAfterMs], ["unavailable", "BEING_MADE", 2_000]);
  const second = shared.of("a", work, never);
  ends[0]?.resolve("the answer");
  assert.is(await second, "the answer");
  assert.is(await shared.of("a", work, never), "the answer", "kept");
  assert.is(ends.length, 1);
  assert.is(clock.sleeping(), 0, "nobody is left waiting");
});

test("a caller who leaves does not end it; another key is other work", async () => {
  const { ends, work, shared } = made();
  const leaving = new AbortController();
  const left = faultOf(shared.of("a", work, leaving.signal));
  leaving.abort();
  assert.is((await left).code, "cancelled");
  assert.is(ends[0]?.signal.aborted, false);
  const other = shared.of("b", work, never);
  ends[1]?.resolve("other");
  assert.is(await other, "other");
  assert.is((await faultOf(shared.of("a", work, AbortSignal.abort()))).code, "cancelled");
});

test("what failed is tried again by the next who asks", async () => {
  const { ends, work, shared } = made();
  const failed = faultOf(shared.of("a", work, never));
  ends[0]?.reject(new Error("away"));
  assert.is((await failed).message, "away");
  const again = shared.of("a", work, never);
  ends[1]?.resolve("back");
  assert.is(await again, "back");
});

test("answers that nobody asked for in a while are let go", async () => {
  const { ends, shared } = made();
  let done = 0;
  const quick = async () => String(++done);
  for (let at = 0; at < 40; at += 1) await shared.of(String(at), quick, never);
  await shared.of("39", quick, never);
  assert.is(done, 40);
  await shared.of("0", quick, never);
  assert.is(done, 41);
  assert.is(ends.length, 0);
});

test.run();
