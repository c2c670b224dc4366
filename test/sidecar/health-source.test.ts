import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHealthSource } from "../../src/sidecar/health-source.ts";

const test = suite("health source");

test("what a check found is recent for seconds, whoever checked; then there is another, and after an attach too", async () => {
  let now = 0;
  let checks = 0;
  const source = createHealthSource(() => now);
  assert.is((await source.recent())["gateway"]?.ok, false);
  const check = async () => {
    checks += 1;
    return { index: { ok: true } as const };
  };
  source.attach(check);
  assert.equal(await source.recent(), { index: { ok: true } });
  now = 4_999;
  await source.recent();
  assert.is(checks, 1);
  now = 5_000;
  await source.recent();
  assert.is(checks, 2);
  now = 9_000;
  await source.check();
  now = 13_000;
  await source.recent();
  assert.is(checks, 3);
});

test.run();
