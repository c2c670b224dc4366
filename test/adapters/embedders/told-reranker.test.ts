import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toldEmbedder } from "../../../src/adapters/embedders/told-embedder.ts";
import { toldReranker } from "../../../src/adapters/embedders/told-reranker.ts";
import { Fault } from "../../../src/domain/mod.ts";
import { faultOf } from "../../contract/sample-run.ts";
import { Recorder } from "../../support/edge-harness.ts";

const never = new AbortController().signal;
const test = suite("failures of rerankers and embedders in the log");

test("one that is away writes a line a minute however many searches ask it, with how many had none", async () => {
  const { log, lines } = new Recorder();
  let now = 0;
  const away = async () => {
    throw new Fault("unavailable", "the rerank server can't be reached");
  };
  const reranker = toldReranker({ most: 50, score: away }, log, { now: () => now });
  const fail = () => faultOf(() => reranker.score("q", ["a"], never));
  for (let at = 0; at < 1_000; at++) assert.is(await fail(), "unavailable UNAVAILABLE");
  assert.equal(
    lines.map(({ level, fields }) => [level, fields["not_told_before"]]),
    [["warn", 0]],
  );
  now = 60_000;
  await fail();
  await fail();
  assert.is(lines.length, 2);
  assert.is(lines[1]?.fields["not_told_before"], 999);
  now = 120_000;
  await faultOf(() => reranker.score("q", ["a"], AbortSignal.abort()));
  assert.is(lines.length, 2, "a search that was given up is no failure");
});

test("an embedder that is away writes a line a minute for queries, and none for a run's passages", async () => {
  const { log, lines } = new Recorder();
  let now = 0;
  const away = async () => {
    throw new Fault("unavailable", "the embedder can't be reached");
  };
  const embedder = toldEmbedder(
    { fingerprint: "f", dimensions: 2, embed: away, ready: async () => {}, close: async () => {} },
    log,
    { now: () => now },
  );
  const fail = (kind: "query" | "passage", signal = never) => faultOf(() => embedder.embed(["a"], kind, signal));
  for (let at = 0; at < 1_000; at++) assert.is(await fail("query"), "unavailable UNAVAILABLE");
  await fail("passage");
  assert.is(lines.length, 1);
  now = 60_000;
  await fail("query", AbortSignal.abort());
  await fail("query");
  assert.equal(
    lines.map(({ level, fields }) => [level, fields["not_told_before"]]),
    [
      ["warn", 0],
      ["warn", 999],
    ],
  );
});

test.run();
