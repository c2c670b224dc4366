import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Meter } from "../../src/ports/mod.ts";
import { watchEventLoop } from "../../src/telemetry/event-loop-delay.ts";

const delay = suite("event loop delay");

delay("is how much later than planned a timer fired, never negative, until it is stopped", () => {
  const seen: number[] = [];
  const meter: Meter = { add() {}, set() {}, observe: (_name, _labels, value) => void seen.push(value) };
  let now = 100;
  let tick = () => {};
  let planned = 0;
  let stopped = false;
  const stop = watchEventLoop(
    meter,
    () => now,
    (ms, work) => {
      planned = ms;
      tick = work;
      return () => {
        stopped = true;
      };
    },
  );
  for (const late of [0, 250, -1]) {
    now += planned + late;
    tick();
  }
  assert.equal(seen, [0, 0.25, 0]);
  stop();
  assert.ok(stopped);
});

delay.run();
