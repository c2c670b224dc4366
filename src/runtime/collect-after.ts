import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";
import { currentRuntime } from "./runtime-name.ts";

/** A run of more changes than this leaves much behind in every thread that saw them. */
const many = 1_000;
/** The thread that answers callers makes them wait for it, a fifth of a second, and little passes through it. */
const manyWhileServing = 20_000;

/**
 * Collects the calling thread's garbage after a run of many changes and gives its pages back; after few, nothing. V8
 * collects when a heap grows, and a thread that goes quiet keeps what it has: of 52,000 files 75 MB in three threads,
 * just when those that serve the run take it in. Blocks the thread for 100 to 250 ms. On Deno, which does not let a
 * program ask, it does nothing.
 */
export function collectAfter(changes: number): void {
  if (changes <= (isMainThread ? manyWhileServing : many) || currentRuntime().name !== "node") return;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // Else pages that are half empty stay.
  setFlagsFromString("--compact-on-every-full-gc");
  collect();
  setFlagsFromString("--no-compact-on-every-full-gc");
}
