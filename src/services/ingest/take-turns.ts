import { setImmediate } from "node:timers/promises";
import { type Pace, throwIfAborted } from "../../domain/mod.ts";

/**
 * Work done before calls being served have their turn, ms. Giving way costs microseconds: with 5 the event loop's
 * delay beside an ingest was a twentieth longer (p99.9), and the ingest no faster (docs/benchmarks.md).
 */
const turnMs = 1;

/** For work on the thread that serves calls: gives way every few milliseconds, and ends when the run does. */
export function takeTurns(signal: AbortSignal, now: () => number = () => performance.now()): Pace {
  let until = now() + turnMs;
  return () => {
    if (now() < until) return undefined;
    throwIfAborted(signal);
    return setImmediate().then(() => {
      throwIfAborted(signal);
      until = now() + turnMs;
    });
  };
}
