import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openHashedEmbedder } from "../../../src/adapters/embedders/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { Embedder } from "../../../src/ports/mod.ts";

const never = new AbortController().signal;
const test = suite("hashed embedder");

async function during(work: (embedder: Embedder) => Promise<void>): Promise<void> {
  const embedder = await openHashedEmbedder({}, never);
  try {
    await embedder.ready(never);
    await work(embedder);
  } finally {
    await embedder.close();
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, component, at) => sum + component * b[at]!, 0);
}

test("gives unit vectors, the same for the same text in any batch and as a query", () =>
  during(async (embedder) => {
    const texts = Array.from({ length: 600 }, (_, at) => `function parseConfig${at % 7}(path) reads file ${at}`);
    const vectors = await embedder.embed(texts, "passage", never);
    assert.is(vectors.length, 600);
    for (const [at, vector] of vectors.entries()) {
      assert.is(vector.length, embedder.dimensions);
      assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
      if (at % 100 === 0) {
        const [alone] = await embedder.embed([texts[at]!], "query", never);
        assert.equal(alone, vector);
      }
    }
  }));

test("is zero for text without words", () =>
  during(async (embedder) => {
    for (const kind of ["query", "passage"] as const) {
      for (const vector of await embedder.embed(["", " \n{}();", "the of and"], kind, never)) {
        assert.ok(vector.every((component) => component === 0));
      }
    }
    assert.equal(await embedder.embed([], "passage", never), []);
  }));

test("finds related spellings nearer than unrelated words", () =>
  during(async (embedder) => {
    const texts = ["parse configuration", "ConfigParser.parseConfig(path)", "scheduling cron jobs nightly"];
    const [asked, near, far] = await embedder.embed(texts, "query", never);
    assert.ok(dot(asked!, near!) > dot(asked!, far!) + 0.2);
  }));

test("never changes for a fingerprint", () =>
  during(async (embedder) => {
    assert.is(embedder.fingerprint, "hashed-ngrams-v1/256/unit");
    const [vector] = await embedder.embed(["openIndex reads segments; __proto__ naïve 日本"], "query", never);
    const sum = Array.from(vector!, (component, at) => Math.round(component * 1e6) * (at + 1)).reduce((a, b) => a + b);
    // A new value here means a new version in the fingerprint.
    assert.is(sum, -45878071);
  }));

test("takes any text", () =>
  during(async (embedder) => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
        const [vector] = await embedder.embed([text], "query", never);
        const length = dot(vector!, vector!);
        assert.ok(length === 0 || Math.abs(length - 1) < 1e-5);
      }),
    );
  }));

test("stops when the caller goes away, and says unavailable once closed", () =>
  during(async (embedder) => {
    const caller = new AbortController();
    const work = embedder.embed(
      Array.from({ length: 5_000 }, (_, at) => `word${at} `.repeat(200)),
      "passage",
      caller.signal,
    );
    caller.abort();
    await work.then(
      () => assert.unreachable(),
      (error) => assert.is((error as Fault).code, "cancelled"),
    );
    const waiting = embedder.embed(["some passage"], "passage", never);
    const closed = embedder.close();
    for (const call of [() => waiting, () => embedder.embed(["x"], "query", never)]) {
      await call().then(
        () => assert.unreachable(),
        (error) => {
          assert.instance(error, Fault);
          assert.is((error as Fault).code, "unavailable");
        },
      );
    }
    await closed;
  }));

test("gives the same after a rest, and does not rest while it works", () =>
  during(async (embedder) => {
    const texts = ["one passage", "another"];
    const before = await embedder.embed(texts, "passage", never);
    embedder.rest?.();
    const asked = embedder.embed(texts, "passage", never);
    embedder.rest?.();
    assert.equal(await asked, before);
  }));

test("refuses dimensions it can't serve", async () => {
  for (const dimensions of [0, 63, 385, 1.5, Number.NaN]) {
    await openHashedEmbedder({ dimensions }, never).then(
      () => assert.unreachable(),
      (error) => assert.is((error as Fault).code, "invalid"),
    );
  }
});

test.run();
