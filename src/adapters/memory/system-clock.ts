import { aborted } from "../../domain/mod.ts";
import { CLOCK, type Clock, type Random } from "../../ports/mod.ts";

/** The machine's own time, and its own randomness. */
export function systemClock(): Clock & Random {
  return {
    now: () => Date.now(),
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(aborted(signal));
        if (ms <= 0) return resolve();
        const stop = () => {
          clearTimeout(timer);
          reject(aborted(signal));
        };
        const timer = setTimeout(() => {
          signal.removeEventListener("abort", stop);
          resolve();
        }, ms);
        signal.addEventListener("abort", stop, { once: true });
      });
    },
    uuid: () => crypto.randomUUID(),
    bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  };
}

/** Ready to be given to the kernel. */
export const clockPlugin = {
  name: "clock",
  provides: CLOCK,
  needs: {},
  config: () => undefined,
  start: async () => ({ value: systemClock() }),
};
