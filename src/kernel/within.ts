import { KernelError } from "./kernel-error.ts";

/** Runs `work` with a signal that aborts at the limit (milliseconds), and stops waiting then even if `work` does not. */
export async function within(ms: number, what: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new KernelError(`${what}: not within ${ms} ms`);
      controller.abort(error);
      reject(error);
    }, ms);
  });
  try {
    await Promise.race([work(controller.signal), limit]);
  } finally {
    clearTimeout(timer);
  }
}
