/** The only room that knows which runtime this is and where the program's files lie. */

export { boundHeapGrowth } from "./bound-heap-growth.ts";
export { checkRuntime, RuntimeRefusal } from "./check-runtime.ts";
export { collectAfter } from "./collect-after.ts";
export { forkProcess } from "./fork-process.ts";
export { projectFile } from "./project-file.ts";
export { currentRuntime, type RuntimeVersion, runtimeName } from "./runtime-name.ts";
export { spawnWorker } from "./spawn-worker.ts";
export { workInBackground } from "./work-in-background.ts";
