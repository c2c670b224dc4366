import { aborted } from "../../domain/mod.ts";
import type { Clock, Random } from "../../ports/mod.ts";

/** Time that stands still until told, and ids that count: runs of a test are equal. */
export interface ManualClock extends Clock, Random {
  /** Moves time on and wakes the sleepers whose time has come, in order of their time. */
  advance(ms: number): Promise<void>;
  /** Sleepers not yet woken. */
  sleeping(): number;
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** @param start Unix ms; the default is 2026-01-01T00:00:00Z */
export function manualClock(start = 1_767_225_600_000): ManualClock {
  let now = start;
  let ids = 0;
  let seed = 1;
  const sleepers = new Set<Sleeper>();

  return {
    now: () => now,
    sleeping: () => sleepers.size,

    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(aborted(signal));
        if (ms <= 0) return resolve();
        const sleeper: Sleeper = {
          at: now + ms,
          wake() {
            sleepers.delete(sleeper);
            signal.removeEventListener("abort", stop);
            resolve();
          },
        };
        function stop(): void {
          sleepers.delete(sleeper);
          reject(aborted(signal));
        }
        signal.addEventListener("abort", stop, { once: true });
        sleepers.add(sleeper);
      });
    },

    async advance(ms) {
      const until = now + ms;
      for (;;) {
        const next = [...sleepers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        now = Math.max(now, next.at);
        next.wake();
        // What the sleeper does next may be to sleep again, within the same span.
        for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      }
      now = until;
    },

    uuid() {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, "0")}`;
    },

    bytes(length) {
      // A linear congruential generator (Numerical Recipes' constants): reproducible, not secret.
      return Uint8Array.from({ length }, () => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return seed >>> 24;
      });
    },
  };
}
