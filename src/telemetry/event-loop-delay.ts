import { clearInterval, setInterval } from "node:timers";
import type { Meter } from "../ports/mod.ts";

/** Often enough that a stall of 50 ms is rarely missed, seldom enough to cost nothing (50 wake-ups a second). */
const everyMs = 20;

/** Calls `tick` every so many milliseconds, without keeping the process alive, until the returned function is called. */
export type Every = (ms: number, tick: () => void) => () => void;

const realTime: Every = (ms, tick) => {
  const timer = setInterval(tick, ms);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * Observes how late a timer fires. A timer of our own rather than the runtime's histogram, because only buckets
 * can be summed over time and instances, and because every runtime has timers.
 *
 * @param now a steady clock, in milliseconds
 */
export function watchEventLoop(meter: Meter, now = () => performance.now(), every = realTime): () => void {
  let last = now();
  return every(everyMs, () => {
    const at = now();
    meter.observe("km_event_loop_delay_seconds", {}, Math.max(0, at - last - everyMs) / 1_000);
    last = at;
  });
}
