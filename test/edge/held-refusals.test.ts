import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HeldRefusals } from "../../src/edge/held-refusals.ts";
import { HandTimers } from "../support/edge-harness.ts";

const test = suite("held refusals");

test("one caller's waiting answers are bounded, and take nothing from another's; called off, they are not given", () => {
  const timers = new HandTimers();
  const held = new HeldRefusals(timers, 2);
  const given: string[] = [];
  const hold = (caller: string, name: string, ms = 500) => held.hold(caller, ms, () => void given.push(name));
  hold("a", "no wait", 0);
  const [first] = [hold("a", "a 1"), hold("a", "a 2")];
  hold("a", "a 3");
  hold("b", "b 1");
  assert.equal(given, ["no wait", "a 3"], "beyond two, a caller is answered in place");
  assert.is(first(), true);
  assert.is(first(), false);
  hold("a", "a 4");
  hold("a", "a 5");
  assert.equal(given.slice(2), ["a 5"]);
  timers.fire(() => true);
  assert.equal(given.slice(3).sort(), ["a 2", "a 4", "b 1"]);
  hold("a", "a 6");
  assert.is(given.length, 6, "places come back");
});

test("in all no more than a thousand wait", () => {
  const timers = new HandTimers();
  const held = new HeldRefusals(timers, 2);
  let given = 0;
  const give = () => {
    given += 1;
  };
  for (let n = 0; n < 1_100; n += 1) held.hold(`caller ${n}`, 500, give);
  assert.is(given, 1_100 - 1_024);
  timers.fire(() => true);
  assert.is(given, 1_100);
});

test.run();
