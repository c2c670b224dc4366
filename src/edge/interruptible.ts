import { aborted, throwIfAborted } from "../domain/mod.ts";

/** The reply of a unary call's generator, or at the abort its Fault, even when the generator doesn't listen. */
export function reply<R>(inner: AsyncGenerator<never, R, undefined>, signal: AbortSignal): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    throwIfAborted(signal);
    const onAbort = () => reject(aborted(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    inner
      .next()
      .then((step) => resolve(step.value), reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/**
 * Runs a generator under a signal: at the abort the caller gets the abort's Fault at once, even when the generator
 * doesn't listen, and the generator is closed as soon as its present step ends.
 */
export async function* interruptible<Y, R>(
  inner: AsyncGenerator<Y, R, undefined>,
  signal: AbortSignal,
): AsyncGenerator<Y, R, undefined> {
  // One listener for the whole stream: racing every step against one promise would pile up its reactions.
  let fail: (reason: unknown) => void = () => {};
  const onAbort = () => fail(aborted(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  let over = false;
  try {
    while (true) {
      throwIfAborted(signal);
      const step = await new Promise<IteratorResult<Y, R>>((resolve, reject) => {
        fail = reject;
        inner.next().then(resolve, (error) => {
          over = true;
          reject(error);
        });
      });
      if (step.done) {
        over = true;
        return step.value;
      }
      yield step.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    if (!over) void inner.return(undefined as R).catch(() => {});
  }
}
