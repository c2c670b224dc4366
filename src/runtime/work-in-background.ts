import { getPriority, setPriority } from "node:os";
import process from "node:process";

/**
 * Levels of niceness below the thread's own: about a tenth of the processor time of a thread that answers callers, when
 * both want all of it.
 */
const levels = 10;
const nicest = 19;

/**
 * Lets threads that answer callers go before the one that calls this, wherever the two want the same processor. Linux
 * keeps priorities by thread; elsewhere they are the whole process's, and nothing is done. A hint: where it is not
 * allowed, work goes on as it was.
 */
export function workInBackground(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(0, Math.min(nicest, getPriority(0) + levels));
  } catch {
    // Without leave to ask (Deno without --allow-sys): no matter.
  }
}
