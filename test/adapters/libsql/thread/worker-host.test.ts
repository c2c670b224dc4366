import { Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WorkerLink } from "../../../../src/adapters/libsql/thread/mod.ts";

const test = suite("worker host");

type Spoken = { long: (argument: null) => string; ask: (argument: null) => string; next: (argument: null) => string };

/** A thread whose long work ends once it was asked something in between. */
function link(): WorkerLink<Spoken> {
  const extension = import.meta.url.endsWith(".js") ? "js" : "ts";
  const room = new URL(`../../../../src/adapters/libsql/thread/mod.${extension}`, import.meta.url);
  const source = `
    const { hostWorker } = await import(${JSON.stringify(room.href)});
    const said = [];
    const giveWay = hostWorker({
      long: async () => {
        said.push("began");
        while (!said.includes("asked")) await giveWay();
        said.push("ended");
        return said.join(" ");
      },
      ask: () => { said.push("asked"); return said.join(" "); },
      next: () => { said.push("next"); return said.join(" "); },
    }, (error) => { throw error; }, ["ask"]);`;
  return new WorkerLink(
    new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`)),
    "test",
    "t",
    () => {},
  );
}

test("long work gives way to what may go in between, and to nothing else", async () => {
  const worker = link();
  try {
    const answers = await Promise.all([worker.call("long", null), worker.call("next", null), worker.call("ask", null)]);
    assert.equal(answers, ["began asked ended", "began asked ended next", "began asked"]);
  } finally {
    await worker.terminate();
  }
});

test.run();
