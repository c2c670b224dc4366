import type { ServerInterceptingCallInterface } from "@grpc/grpc-js";

/** What grpc-js 1.14.7 keeps of the deadline in its base call; not part of its public types. */
interface Kept {
  deadlineTimer?: ReturnType<typeof setTimeout> | null;
}

/**
 * When the caller's own deadline ends, in Unix ms, clamped to `longestMs` from now; undefined when it set none.
 *
 * grpc-js turns `grpc-timeout` into an int32 of milliseconds, so that one beyond 24.8 days wraps, half of the time to
 * a negative number, which Node makes a timer of 1 ms: the call would end at once. Such a timer is taken out here,
 * which needs a private member; a test fails when that member is gone. A timeout that wraps to a positive number
 * can't be told from a true one and stays what grpc-js made of it.
 */
export function clampDeadline(
  call: ServerInterceptingCallInterface,
  nowMs: number,
  longestMs: number,
): number | undefined {
  const native = Number(call.getDeadline());
  if (native === Number.POSITIVE_INFINITY) return undefined;
  const latest = nowMs + longestMs;
  if (native > nowMs - wrappedFarMs) return Math.min(native, latest);
  const kept = call as unknown as Kept;
  if (kept.deadlineTimer !== undefined && kept.deadlineTimer !== null) clearTimeout(kept.deadlineTimer);
  return latest;
}

/** A true deadline was in the future a moment ago; one this far in the past has wrapped. */
const wrappedFarMs = 60_000;
