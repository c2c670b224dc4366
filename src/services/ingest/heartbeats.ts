import type { Clock } from "../../ports/mod.ts";

/** The items of a stream as they come, and `undefined` whenever nothing has come for `ms`. */
export async function* withHeartbeats<T>(
  items: AsyncIterable<T>,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): AsyncGenerator<T | undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const waiting = new AbortController();
      const either = AbortSignal.any([signal, waiting.signal]);
      const quiet = clock.sleep(ms, either).then(
        () => "quiet" as const,
        () => "stopped" as const,
      );
      const first = await Promise.race([next, quiet]);
      waiting.abort();
      if (first === "quiet") {
        yield undefined;
        continue;
      }
      // Stopped: the stream itself says how it ends for an aborted signal.
      const item = first === "stopped" ? await next : first;
      if (item.done) return;
      yield item.value;
      next = iterator.next();
    }
  } finally {
    next.catch(() => {});
    await iterator.return?.();
  }
}
