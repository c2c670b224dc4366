import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openHttpReranker } from "../../../src/adapters/embedders/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { Meter } from "../../../src/ports/mod.ts";
import { answer, type Misbehaviour, startEmbeddingsServer } from "../../support/embeddings-server.ts";

const never = new AbortController().signal;
const test = suite("http reranker");

const clock = { now: () => 0, sleep: async () => {} };
const meter = { add() {}, observe() {}, set() {} } as unknown as Meter;

async function scoresOf(misbehaviour: Misbehaviour, attemptMs = 2_000): Promise<Float32Array> {
  const server = await startEmbeddingsServer(1);
  server.always(misbehaviour);
  const config = { url: server.url, model: "", patience: { attemptMs } };
  const reranker = await openHttpReranker(config, 50, { clock, meter }, never);
  try {
    return await reranker.score("question", ["one", "two", "three"], never);
  } finally {
    await reranker.close();
    await server.close();
  }
}

const results =
  (...scores: readonly (readonly [number, number])[]): Misbehaviour =>
  (_, response) =>
    answer(response, { results: scores.map(([index, score]) => ({ index, relevance_score: score })) });

test("gives a score a text, in the order of the texts", async () => {
  const scores = await scoresOf(results([2, 0.9], [0, 0.5], [1, 0]));
  assert.equal(Array.from(scores), Array.from(new Float32Array([0.5, 0, 0.9])));
});

test("makes probabilities of logits", async () => {
  const scores = await scoresOf(results([0, -4], [1, 0], [2, 4]));
  assert.ok(scores[0]! < 0.05 && Math.abs(scores[1]! - 0.5) < 1e-6 && scores[2]! > 0.95);
});

for (const [name, misbehaviour, says] of [
  ["one text is not judged", results([0, 1], [1, 1]), /did not judge all/],
  ["a text is judged twice", results([0, 1], [0, 1], [1, 1], [2, 1]), /of its own/],
  ["a place is not there", results([0, 1], [1, 1], [3, 1]), /of its own/],
  ["there are no results", (_: unknown, response) => answer(response, { data: [] }), /KM_RERANK_URL/],
  ["it is busy", (_: unknown, response) => answer(response, "", 429, { "retry-after": "1" }), /too often/],
  ["the key is refused", (_: unknown, response) => answer(response, "", 403), /KM_RERANK_API_KEY/],
  ["it hangs up", (_: unknown, response) => void response.socket?.destroy(), /can't be reached/],
] as readonly (readonly [string, Misbehaviour, RegExp])[]) {
  test(`is unavailable when ${name}`, () =>
    scoresOf(misbehaviour).then(
      () => assert.unreachable(),
      (error) => {
        assert.instance(error, Fault);
        assert.is((error as Fault).code, "unavailable");
        assert.match((error as Fault).message, says);
      },
    ));
}

test("is unavailable when no answer comes in time", () =>
  scoresOf(() => {}, 30).then(
    () => assert.unreachable(),
    (error) => assert.match((error as Fault).message, /did not answer within 30 ms/),
  ));

test("gives numbers from 0 to 1 or a fault, whatever comes", () =>
  fc.assert(
    fc.asyncProperty(fc.json(), async (json) => {
      try {
        for (const score of await scoresOf((_, response) => answer(response, json)))
          assert.ok(score >= 0 && score <= 1);
      } catch (error) {
        assert.instance(error, Fault);
      }
    }),
    { numRuns: 20 },
  ));

test.run();
