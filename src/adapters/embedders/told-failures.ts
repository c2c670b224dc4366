import type { Clock, Log } from "../../ports/mod.ts";

/** Of lines about failures, ms: a server that is away fails every search, as many as there are. */
const betweenLinesMs = 60_000;

/**
 * Logs failures of searches: the first, and while they go on one a minute, with how many had no line of their own since
 * the one before. All are counted in the metrics.
 */
export function toldFailures(log: Log, clock: Pick<Clock, "now">, message: string): (error: unknown) => void {
  let told = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (error) => {
    if (clock.now() - told < betweenLinesMs) {
      untold += 1;
      return;
    }
    log.warn({ err: error, not_told_before: untold }, message);
    told = clock.now();
    untold = 0;
  };
}
