import { Worker } from "node:worker_threads";

/**
 * Room for a thread's fresh objects, MB. Node's 48 a thread only delay collection: with 12 an ingest of 100,000 chunks
 * took 40 MB less in all in one run, in which other things changed too. Deno does without the limit.
 */
const youngMb = 12;

/**
 * Starts a worker thread from a module beside the caller. The file takes the extension of the module that asks
 * (".ts" from the sources, ".js" from the build), since compilers rewrite imports but not URLs.
 *
 * @param callerUrl the caller's `import.meta.url`
 * @param name the worker module's name without extension, relative to the caller: "./writer-worker"
 */
export function spawnWorker(callerUrl: string, name: string, workerData: unknown): Worker {
  const extension = callerUrl.slice(callerUrl.lastIndexOf("."));
  const resourceLimits = { maxYoungGenerationSizeMb: youngMb };
  return new Worker(new URL(`${name}${extension}`, callerUrl), { workerData, resourceLimits });
}
