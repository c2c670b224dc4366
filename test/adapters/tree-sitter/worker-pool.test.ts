import process from "node:process";
import { Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openParser } from "../../../src/adapters/tree-sitter/mod.ts";
import { WorkerPool } from "../../../src/adapters/tree-sitter/worker-pool.ts";
import { noGraphFacts, packFacts, unpackFacts } from "../../../src/domain/graph/mod.ts";
import { Fault, unpackChunks } from "../../../src/domain/mod.ts";

const pool = suite("parser threads");
const never = new AbortController().signal;
const input = (path: string) => ({ source: "s", path, bytes: new TextEncoder().encode("const a = 1;\n") });

/** A worker that dies on "crash", hangs on "hang", dies always on "cursed", and else says how it was asked. */
const script = `
  const { parentPort, workerData } = require("node:worker_threads");
  parentPort.on("message", (tasks) => {
    const replies = [];
    for (const { id, path, plain } of tasks) {
      workerData.progress[0] = id;
      if (path === "cursed" || (path === "crash" && !plain)) throw new Error("trapped");
      if (path === "hang" && !plain) for (;;);
      replies.push({ id, retire: path === "retire", file: { skipped: true, reason: plain ? "plain" : "whole", lines: 0 } });
      if (path === "retire") break;
    }
    parentPort.postMessage(replies);
  });
  const until = performance.now() + workerData.startsFor;
  while (performance.now() < until);
  parentPort.postMessage([]);
`;

function stub(workers: number, { startsFor = 0, startMs = 30_000, hangMs = 1_500 } = {}) {
  let spawned = 0;
  const opened = new WorkerPool({
    workers,
    hangMs,
    startMs,
    spawn: (progress) => {
      spawned += 1;
      return new Worker(script, { eval: true, workerData: { progress, startsFor } });
    },
  });
  const reason = async (path: string, signal = never) => {
    const file = await opened.run(input(path), signal);
    return file.skipped ? file.reason : "";
  };
  return { opened, reason, spawned: () => spawned };
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (e) {
    if (e instanceof Fault) return e;
    throw e;
  }
  throw new Error("should have failed");
}

pool("a file that kills its worker is cut plainly by the next one, and the others are unharmed", async () => {
  const { opened, reason, spawned } = stub(1);
  const answers = await Promise.all(["a", "crash", "b", "c", "crash", "d"].map((path) => reason(path)));
  assert.equal(answers, ["whole", "plain", "whole", "whole", "plain", "whole"]);
  assert.is(spawned(), 3);
  await opened.close();
});

pool("a file that hangs is cut plainly after the limit", async () => {
  const { opened, reason } = stub(1);
  assert.equal(await Promise.all(["hang", "a"].map((path) => reason(path))), ["plain", "whole"]);
  await opened.close();
});

pool("a thread that takes long to start is no file that hangs", async () => {
  const { opened, reason } = stub(1, { startsFor: 1_000, hangMs: 500 });
  assert.is(await reason("a"), "whole");
  await opened.close();
});

pool("a thread that never starts is given up", async () => {
  const { opened, reason } = stub(1, { startsFor: 60_000, startMs: 50 });
  assert.is((await faultOf(reason("a"))).code, "unavailable");
  await opened.close();
});

pool("a file that kills its worker twice is refused by name, and work goes on", async () => {
  const { opened, reason } = stub(1);
  const fault = await faultOf(reason("cursed"));
  assert.is(fault.code, "unavailable");
  assert.match(fault.message, /cursed/);
  assert.is(await reason("a"), "whole");
  await opened.close();
});

pool("threads at rest are let go and start anew when they are needed; one at work is left alone", async () => {
  const { opened, reason, spawned } = stub(1);
  assert.is(await reason("a"), "whole");
  opened.rest();
  const asked = Promise.all([reason("b"), reason("c")]);
  await new Promise((sent) => setImmediate(sent));
  opened.rest();
  assert.equal(await asked, ["whole", "whole"]);
  assert.is(spawned(), 2);
  await opened.close();
});

pool("a worker that has grown too large is replaced between files", async () => {
  const { opened, reason, spawned } = stub(1);
  assert.equal(await Promise.all(["retire", "a", "b"].map((path) => reason(path))), ["whole", "whole", "whole"]);
  assert.is(spawned(), 2);
  await opened.close();
});

pool("an aborted call ends at once, and closing ends the rest", async () => {
  const { opened, reason } = stub(1);
  const abort = new AbortController();
  const hung = reason("hang");
  const waiting = [reason("a", abort.signal), reason("b", abort.signal)];
  abort.abort();
  for (const call of waiting) assert.is((await faultOf(call)).code, "cancelled");
  assert.is((await faultOf(reason("c", abort.signal))).code, "cancelled");
  const left = faultOf(hung);
  await opened.close();
  assert.is((await left).code, "unavailable");
  assert.is((await faultOf(reason("d"))).code, "unavailable");
});

pool("the real parser parses in its threads, many files at once", async () => {
  const parser = await openParser({ workers: 2 }, never);
  assert.match(parser.version, /^chunker-\d+ .*web-tree-sitter-\d/);
  const files = await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      parser.parse(
        { source: "s", path: `f${n}.ts`, bytes: new TextEncoder().encode(`export function f${n}() {}\n`) },
        never,
      ),
    ),
  );
  assert.equal(
    files.map((file) => (file.skipped ? "" : unpackChunks(file.chunks).symbols[0]?.name)),
    Array.from({ length: 30 }, (_, n) => `f${n}`),
  );
  const bytes = new TextEncoder().encode('chalk@^5.0.0:\n  version "5.3.0"\n');
  const lock = await parser.parse({ source: "s", path: "yarn.lock", bytes }, never);
  const { packages } = unpackFacts((lock.skipped && lock.graph) || packFacts(noGraphFacts));
  assert.equal(packages, [{ ecosystem: "npm", name: "chalk", version: "5.3.0", lines: { start: 1, end: 1 } }]);
  await parser.close();
});

pool("an idle parser does not keep the process alive", async () => {
  const parser = await openParser({ workers: 1 }, never);
  await parser.parse(input("a.ts"), never);
  // Left open on purpose: this file ends only when its thread lets go of the process.
  assert.type(process.exitCode, "undefined");
});

pool.run();
