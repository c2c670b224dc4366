import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../ports/mod.ts";

/** Waits for work, but no longer than `budgetMs` or the caller; the work goes on. */
export async function inTime(
  work: Promise<unknown>,
  budgetMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<"done" | "late" | "failed"> {
  const waiting = new AbortController();
  let outcome: "done" | "failed" | undefined;
  const done = work.then(
    () => {
      outcome = "done";
    },
    () => {
      outcome = "failed";
    },
  );
  const late = clock.sleep(budgetMs, AbortSignal.any([signal, waiting.signal])).catch(() => {});
  await Promise.race([done, late]);
  // An answer may lie there unread while this thread was busy past the budget.
  if (outcome === undefined) await setImmediate();
  waiting.abort();
  return outcome ?? "late";
}
