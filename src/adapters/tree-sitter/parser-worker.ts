import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { workInBackground } from "../../runtime/mod.ts";
import { grammarMemory } from "./grammar.ts";
import { packFile } from "./pack-file.ts";
import { parseFile } from "./parse-file.ts";
import type { Reply, Task } from "./worker-pool.ts";

const port = parentPort;
if (port === null) throw new Error("parser-worker runs as a worker thread only");
const { parseMs, facts, progress } = workerData as {
  readonly parseMs: number;
  readonly facts: boolean;
  readonly progress: Int32Array;
};

/** Memory of the grammars past which a fresh thread is cheaper than keeping it: an ingest may add 300 MB in all. */
const retireBytes = 96 * 1024 * 1024;
/** Answers are sent together after this long, in milliseconds, or with the last file there is. */
const answerEveryMs = 10;

workInBackground();

const tasks: Task[] = [];
let replies: Reply[] = [];
let working = false;

function answer(): void {
  if (replies.length > 0) port?.postMessage(replies, replies.flatMap(buffersOf));
  replies = [];
}

/** What is handed over instead of being cloned. */
function buffersOf({ file }: Reply): ArrayBuffer[] {
  if (file.skipped) return file.graph === undefined ? [] : [file.graph.buffer];
  return [file.chunks.texts.buffer, file.chunks.rest.buffer, file.graph.buffer];
}

/** One file at a time, in the order asked. */
async function work(): Promise<void> {
  working = true;
  let answered = performance.now();
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    const { id, source, path, bytes, plain } = task;
    Atomics.store(progress, 0, id);
    const read = await parseFile({ path, bytes }, { parseMs, facts, plain });
    const file = packFile({ source, path }, read);
    const retire = grammarMemory() > retireBytes;
    replies.push({ id, file, retire });
    if (retire) return answer();
    if (performance.now() - answered < answerEveryMs) continue;
    answer();
    answered = performance.now();
  }
  answer();
  working = false;
}

port.on("message", (more: readonly Task[]) => {
  tasks.push(...more);
  if (working) return;
  work().catch((cause: unknown) => {
    // A grammar that traps leaves its memory in an unknown state: this thread must not parse again.
    answer();
    process.nextTick(() => {
      throw cause;
    });
  });
});
// Up: from here on the time is the files'.
port.postMessage([]);
