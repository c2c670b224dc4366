/** The only room that knows which runtime this is and where the program's files lie. */
export { projectFile } from "./project-file.ts";
export { spawnWorker } from "./spawn-worker.ts";
