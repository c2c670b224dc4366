import { suite } from "uvu";
import * as assert from "uvu/assert";
import { collectAfter, currentRuntime } from "../../src/runtime/mod.ts";

const test = suite("collecting what a run left behind");

/** Something nobody holds, which only a full collection finds: it is old by then. */
async function leftBehind(): Promise<WeakRef<object>> {
  const left = new WeakRef(Array.from({ length: 100_000 }, (_, at) => ({ at })));
  // What was made or looked at in this turn stays until it ends.
  await new Promise(setImmediate);
  return left;
}

test("after many changes it is gone, at once", async () => {
  if (currentRuntime().name !== "node") return;
  const left = await leftBehind();
  collectAfter(20_001);
  assert.is(left.deref(), undefined);
});

test("after few nothing is collected, and nobody waits", async () => {
  const left = await leftBehind();
  collectAfter(20_000);
  assert.ok(left.deref());
});

test.run();
