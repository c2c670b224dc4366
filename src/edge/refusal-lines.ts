import type { Clock, Fields, Log } from "../ports/mod.ts";
import type { Timers } from "./timers.ts";

/** Where the lines go that no quota bounds: all of a trickle, some of a flood and how many the others were. */
export interface RefusalLines {
  /** Writes the line with `write`, or counts it. Codes are few: each has a window of its own. */
  line(code: string, write: () => void): void;
}

const windowMs = 60_000;
/** Lines a minute and status: five a second can be read, and are a few hundred kilobytes an hour in a flood. */
export const refusalLinesPerWindow = 300;

/**
 * A refused call costs its caller nothing, so nothing but this bounds how many there are, and a backend that is away
 * fails every call that needs it. What is left out of the log is counted in the metrics all the same, and a line at the
 * end of the minute says how many it was.
 *
 * @param told what that line says
 */
export function refusalLines(
  log: Log,
  clock: Clock,
  timers: Timers,
  told = "more calls ended so than have a line of their own",
): RefusalLines {
  const windows = new Map<string, { began: number; written: number; left: number }>();

  function tell(code: string, window: { left: number }): void {
    if (window.left === 0) return;
    const fields: Fields = { code, calls: window.left };
    window.left = 0;
    log.warn(fields, told);
  }

  return {
    line(code, write) {
      const now = clock.now();
      let window = windows.get(code);
      if (window === undefined || now - window.began >= windowMs) {
        if (window) tell(code, window);
        window = { began: now, written: 0, left: 0 };
        windows.set(code, window);
      }
      if (window.written < refusalLinesPerWindow) {
        window.written += 1;
        write();
        return;
      }
      window.left += 1;
      const mine = window;
      if (window.left === 1) timers.after(window.began + windowMs - now, () => tell(code, mine));
    },
  };
}
