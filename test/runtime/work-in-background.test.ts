import { getPriority } from "node:os";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const background = suite("workInBackground");

/** The priorities of a thread before and after it asked for less. */
async function ofThread(): Promise<readonly [number, number]> {
  const room = new URL(`../../src/runtime/mod.${import.meta.url.endsWith(".js") ? "js" : "ts"}`, import.meta.url);
  const source = `
    import { getPriority } from "node:os";
    import { parentPort } from "node:worker_threads";
    const { workInBackground } = await import(${JSON.stringify(room.href)});
    const before = getPriority(0);
    workInBackground();
    parentPort.postMessage([before, getPriority(0)]);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  try {
    return await new Promise((resolve, reject) => {
      worker.on("message", resolve);
      worker.on("error", reject);
    });
  } finally {
    await worker.terminate();
  }
}

background("a thread gives way to the others, which keep their priority", async () => {
  const others = getPriority(0);
  const [before, after] = await ofThread();
  assert.is(before, others);
  if (process.platform === "linux") assert.ok(after > others || others === 19, `${others} to ${after}`);
  else assert.is(after, before);
  assert.is(getPriority(0), others);
});

background.run();
