import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { grammarMemory } from "./grammar.ts";
import { parseFile } from "./parse-file.ts";
import type { Reply, Task } from "./worker-pool.ts";

const port = parentPort;
if (port === null) throw new Error("parser-worker runs as a worker thread only");
const { parseMs } = workerData as { readonly parseMs: number };

/** Memory of the grammars past which a fresh thread is cheaper than keeping it: an ingest may add 300 MB in all. */
const retireBytes = 96 * 1024 * 1024;

/** One file at a time, in the order asked. */
let last: Promise<void> = Promise.resolve();
port.on("message", (task: Task) => {
  last = last.then(async () => {
    const { id, path, bytes, plain } = task;
    try {
      const file = await parseFile({ path, bytes }, { parseMs, plain });
      port.postMessage({ id, file, retire: grammarMemory() > retireBytes } satisfies Reply);
    } catch (cause) {
      // A grammar that traps leaves its memory in an unknown state: this thread must not parse again.
      process.nextTick(() => {
        throw cause;
      });
    }
  });
});
