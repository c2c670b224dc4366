import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchRequest } from "../../../gen/knowledge/v1/search_service.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { Reranker } from "../../../src/ports/mod.ts";
import { searchHandlers } from "../../../src/services/search/mod.ts";
import { bench, context } from "./fixture.ts";

const test = suite("reranking");

const samples = Array.from({ length: 60 }, (_, at) => ({
  path: `src/part-${String(at).padStart(2, "0")}.ts`,
  texts: [`function parse${at}() { return "config reader ${"filler ".repeat(at % 7)}"; }\n`],
}));

async function searchWith(reranker: Reranker) {
  const world = bench();
  await world.index("a", samples);
  const handlers = searchHandlers({ ...world.ports, reranker });
  const page = (pageSize: number, pageToken = "") =>
    handlers.search(
      SearchRequest.fromPartial({ query: "config reader", pageSize, pageToken, explain: true }),
      context(),
    );
  return { page, plain: await world.search({ query: "config reader", pageSize: 50 }) };
}

test("puts what the model likes best first, and its share adds up to the score", async () => {
  const asked: number[] = [];
  const { page, plain } = await searchWith({
    most: 50,
    async score(_, texts) {
      asked.push(texts.length);
      return Float32Array.from(texts, (text) => (text.includes("parse17(") ? 0.9 : 0.1));
    },
  });
  const before = plain.hits.findIndex(({ artifact }) => artifact?.path === "src/part-17.ts");
  assert.ok(before > 0 && before < 50, `${before}`);
  const { hits = [] } = await page(10);
  assert.is(hits[0]?.artifact?.path, "src/part-17.ts");
  const { signals = [] } = hits[0]?.explanation ?? {};
  assert.ok(signals.some(({ name, value }) => name === "rerank" && Math.abs(value! - 0.9) < 1e-6));
  const sum = signals.reduce((total, { contribution }) => total + contribution!, 0);
  assert.ok(Math.abs(sum - hits[0]!.score!) < 1e-9);
  assert.equal(asked, [50]);
});

test("gives the same order page by page", async () => {
  const { page } = await searchWith({
    most: 50,
    score: async (_, texts) => Float32Array.from(texts, (text) => (text.length % 13) / 13),
  });
  const whole = ((await page(50)).hits ?? []).map(({ chunkId }) => chunkId);
  const paged: (string | undefined)[] = [];
  for (let token = "", pages = 0; pages < 5; pages++) {
    const answer = await page(10, token);
    paged.push(...(answer.hits ?? []).map(({ chunkId }) => chunkId));
    token = answer.nextPageToken ?? "";
  }
  assert.equal(paged, whole);
});

test("leaves the order as it was when the model is away, and says so", async () => {
  const { page, plain } = await searchWith({
    most: 50,
    score: async () => {
      throw new Fault("unavailable", "the rerank server can't be reached");
    },
  });
  const { hits = [], warnings = [] } = await page(50);
  assert.equal(
    hits.map(({ chunkId }) => chunkId),
    plain.hits.map(({ chunkId }) => chunkId),
  );
  assert.ok(warnings.some((warning) => warning.includes("reranker")));
});

test("asks nothing of a reranker that takes no hits", async () => {
  const { page } = await searchWith({
    most: 0,
    score: async () => {
      throw new Error("asked all the same");
    },
  });
  assert.is((await page(10)).hits?.length, 10);
});

test.run();
