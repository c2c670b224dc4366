import type { DrainState } from "./drain-state.ts";
import type { HealthState } from "./health.ts";
import type { Limits } from "./limits.ts";
import type { Timers } from "./timers.ts";

export interface DrainParts {
  readonly health: HealthState;
  readonly drain: DrainState;
  readonly limits: Limits;
  readonly timers: Timers;
}

/** The last part of the budget, in which calls that were ended write their statuses. */
const flushMs = 1_000;

/**
 * NOT_SERVING; the lame duck, in which calls are still taken while balancers look away; then new calls are refused
 * with UNAVAILABLE and tails end; running calls are waited for, and those that outlive the budget are ended too.
 */
export async function drainServer({ health, drain, limits, timers }: DrainParts, signal: AbortSignal): Promise<void> {
  health.set(false);
  await pause(timers, Math.min(limits.lameDuckMs, limits.drainMs / 4), signal);
  drain.refuse();
  const rest = limits.drainMs - Math.min(limits.lameDuckMs, limits.drainMs / 4) - Math.min(flushMs, limits.drainMs / 8);
  const giveUp = cancellable(timers, rest, signal);
  await Promise.race([drain.idle(), giveUp.promise]);
  giveUp.cancel();
  drain.endAll();
}

export interface Stoppable {
  shutdown(): Promise<void>;
  forceShutdown(): void;
}

/** How long closing sessions may take once nothing runs. A dead peer's session can hang for ever. */
const closeMs = 1_000;

/** Closes connections in order; those that do not close in time are cut. */
export async function stopServer(server: Stoppable, timers: Timers, signal: AbortSignal): Promise<void> {
  const limit = cancellable(timers, closeMs, signal);
  const closed = server.shutdown().then(
    () => true,
    () => false,
  );
  const inOrder = await Promise.race([closed, limit.promise.then(() => false)]);
  limit.cancel();
  if (!inOrder) server.forceShutdown();
}

function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return ms <= 0 ? Promise.resolve() : cancellable(timers, ms, signal).promise;
}

/** Resolves after `ms`, at the abort, or when cancelled. */
function cancellable(
  timers: Timers,
  ms: number,
  signal: AbortSignal,
): { readonly promise: Promise<void>; cancel(): void } {
  let cancel = () => {};
  const promise = new Promise<void>((resolve) => {
    const disarm = timers.after(ms, () => cancel());
    cancel = () => {
      disarm();
      signal.removeEventListener("abort", cancel);
      resolve();
    };
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
  return { promise, cancel };
}
