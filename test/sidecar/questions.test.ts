import { MessageChannel } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Question, Reply } from "../../src/sidecar/messages.ts";
import { SentPage } from "../../src/sidecar/page-changes.ts";
import { askedOf } from "../../src/sidecar/questions.ts";

const test = suite("questions to the thread that serves calls");

test("one that hangs is told as that, and so is liveness; what it says later is no loss", async () => {
  const { port1, port2 } = new MessageChannel();
  const asked: Question[] = [];
  let answers = false;
  port2.on("message", (question: Question) => {
    asked.push(question);
    if (!answers) return;
    reply(asked[1]!.id, ["a 1\n", "b 1\n"]);
    reply(question.id, ["a 1\n", "b 2\n"]);
  });
  const ask = askedOf(port1, 20);
  const page = new SentPage();
  const reply = (id: number, pieces: readonly string[]) =>
    port2.postMessage({ id, answer: { status: 200, type: "t", body: page.changeTo(pieces) } } satisfies Reply);
  try {
    const hung = await Promise.all([ask("/livez", false), ask("/metrics", true)]);
    for (const { status, body } of hung) {
      assert.is(status, 503);
      assert.match(body, "has not answered for 0.02 s");
    }
    answers = true;
    assert.is((await ask("/metrics", true)).body, "a 1\nb 2\n");
  } finally {
    port1.close();
  }
});

test.run();
