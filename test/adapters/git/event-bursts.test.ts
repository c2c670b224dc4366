import { suite } from "uvu";
import * as assert from "uvu/assert";
import { EventBursts } from "../../../src/adapters/git/event-bursts.ts";

const test = suite("bursts of events");
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test("as many events in one turn as may hide lost ones are told to all, once; the same number over turns is not", async () => {
  const bursts = new EventBursts(8);
  const told = [0, 0];
  const tell = (n: number) => () => {
    told[n]! += 1;
  };
  bursts.listen(tell(0));
  const end = bursts.listen(tell(1));
  for (let turn = 0; turn < 5; turn += 1) {
    for (let n = 0; n < 7; n += 1) bursts.count();
    await nextTurn();
  }
  assert.equal(told, [0, 0]);
  for (let n = 0; n < 30; n += 1) bursts.count();
  assert.equal(told, [1, 1]);
  await nextTurn();
  end();
  for (let n = 0; n < 8; n += 1) bursts.count();
  assert.equal(told, [2, 1]);
});

test("unless told otherwise, an eighth of the system's queue is a burst", async () => {
  const bursts = new EventBursts();
  let told = 0;
  bursts.listen(() => {
    told += 1;
  });
  // No system's queue is as short as eight hundred events, nor as long as eight million.
  for (let n = 0; n < 100; n += 1) bursts.count();
  assert.is(told, 0);
  for (let n = 0; n < 1_000_000; n += 1) bursts.count();
  assert.is(told, 1);
});

test.run();
