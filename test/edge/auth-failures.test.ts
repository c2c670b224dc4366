import { suite } from "uvu";
import * as assert from "uvu/assert";
import { manualClock } from "../../src/adapters/memory/mod.ts";
import { Fault } from "../../src/domain/mod.ts";
import { AuthFailures, authFailureTimes } from "../../src/edge/auth-failures.ts";

const test = suite("edge: wrong tokens by peer");

function fresh(most = 3) {
  const clock = manualClock();
  const failures = new AuthFailures({ most, ...authFailureTimes }, clock);
  /** Milliseconds to wait; 0 when let through. */
  const said = (work: () => void): number => {
    try {
      work();
      return 0;
    } catch (error) {
      assert.instance(error, Fault);
      assert.is((error as Fault).code, "exhausted");
      assert.is((error as Fault).reason, "AUTH_FAILURES");
      return (error as Fault).retryAfterMs ?? -1;
    }
  };
  return {
    clock,
    fail: (peer = "a") => said(() => failures.failed(peer)),
    work: (token: string, peer = "a") => said(() => failures.worked(peer, token)),
  };
}

test("a few wrong tokens a minute are nothing; one more is a minute's penalty", async () => {
  const { fail, clock } = fresh();
  assert.equal([fail(), fail(), fail()], [0, 0, 0]);
  await clock.advance(60_000);
  assert.equal([fail(), fail(), fail(), fail()], [0, 0, 0, 60_000]);
  assert.is(fail(), 60_000);
  await clock.advance(59_000);
  assert.is(fail(), 1_000);
  await clock.advance(1_000);
  assert.is(fail(), 0);
});

test("a penalty is the peer's alone", () => {
  const { fail } = fresh(1);
  assert.equal([fail(), fail()], [0, 60_000]);
  assert.is(fail("b"), 0);
});

test("who comes from another address of the same IPv6 network with every guess is one peer", () => {
  const { fail, work } = fresh(1);
  assert.equal([fail("2001:db8::1"), fail("2001:db8::2")], [0, 60_000]);
  assert.is(work("guessed", "2001:db8::3"), 60_000);
  assert.is(fail("2001:db8:0:1::1"), 0);
  assert.equal([fail("::ffff:10.0.0.1"), fail("10.0.0.1")], [0, 60_000]);
});

test("under penalty a right guess is refused like a wrong one; a token that worked before goes on working", () => {
  const { fail, work } = fresh(1);
  assert.is(work("good"), 0);
  fail();
  fail();
  assert.is(work("good"), 0);
  assert.is(work("guessed"), 60_000);
  assert.is(work("good", "b"), 0);
});

test("penalties grow to a quarter of an hour, and are forgotten after an hour without one", async () => {
  const { fail, clock } = fresh(1);
  const penalties: number[] = [];
  for (let round = 0; round < 6; round++) {
    fail();
    const ms = fail();
    penalties.push(ms / 60_000);
    await clock.advance(ms);
  }
  assert.equal(penalties, [1, 2, 4, 8, 15, 15]);
  await clock.advance(3_600_000);
  fail();
  assert.is(fail(), 60_000);
});

test("what is remembered is bounded, whatever number of addresses comes", () => {
  const { fail, work } = fresh(1);
  fail("first");
  fail("first");
  for (let at = 0; at < 10_000; at++) fail(`peer ${at}`);
  assert.is(work("any", "first"), 0, "the longest unseen is forgotten");
});

test("0 is any number", () => {
  const { fail, work } = fresh(0);
  for (let at = 0; at < 1_000; at++) assert.is(fail(), 0);
  assert.is(work("any"), 0);
});

test.run();
