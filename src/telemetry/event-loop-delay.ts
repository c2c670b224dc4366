import { clearInterval, setInterval } from "node:timers";
import type { Meter } from "../ports/mod.ts";

/** Often enough that a stall of 50 ms is rarely missed, seldom enough to cost nothing (50 wake-ups a second). */
const everyMs = 20;

/**
 * Observes how late a timer fires. A timer of our own rather than the runtime's histogram, because only buckets
 * can be summed over time and instances, and because every runtime has timers.
 */
export function watchEventLoop(meter: Meter): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    meter.observe("km_event_loop_delay_seconds", {}, Math.max(0, now - last - everyMs) / 1_000);
    last = now;
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
