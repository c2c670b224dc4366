import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { embedderPlugin, openOnnxEmbedder, openOnnxReranker } from "../../../src/adapters/embedders/mod.ts";
import { systemClock } from "../../../src/adapters/system/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import { projectFile } from "../../../src/runtime/mod.ts";
import { countingMeter } from "../../support/counting-meter.ts";
import { Recorder } from "../../support/edge-harness.ts";

const never = new AbortController().signal;
const modelPath = projectFile(".tools/onnx/minilm");
const packageFile = projectFile(".tools/onnx/node_modules/@huggingface/transformers/dist/transformers.node.mjs");
const transformers = pathToFileURL(packageFile).href;
const there = existsSync(packageFile) && existsSync(join(modelPath, "onnx/model.onnx"));

async function refused(work: Promise<unknown>, says: RegExp): Promise<void> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, Fault);
    assert.is((error as Fault).code, "precondition");
    assert.match((error as Fault).message, says);
    return;
  }
  assert.unreachable();
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, component, at) => sum + component * b[at]!, 0);
}

const always = suite("onnx embedder without a model");

always("names the file that a folder lacks", async () => {
  const folder = await mkdtemp(join(tmpdir(), "onnx-"));
  try {
    await refused(openOnnxEmbedder({ modelPath: folder }, never), /KM_EMBEDDER_MODEL_PATH.*config\.json/);
    await refused(openOnnxReranker({ modelPath: join(folder, "nowhere") }, 50, never), /KM_RERANK_MODEL_PATH/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const test = suite("onnx embedder on all-MiniLM-L6-v2");

test("calls are counted, and those that fail by their code", async () => {
  const meter = countingMeter();
  const parts = { clock: systemClock, telemetry: Object.assign(new Recorder(), { meter }) };
  const { value: embedder, stop } = await embedderPlugin.start(parts, { kind: "onnx", modelPath, transformers }, never);
  await embedder.embed(["a question"], "query", never);
  await stop();
  await embedder.embed(["x"], "query", never).then(
    () => assert.unreachable(),
    (error) => assert.is(error.code, "unavailable"),
  );
  assert.equal(meter.backendCalls(), { "embedder embed": 2, "embedder embed unavailable": 1 });
});

test("embeds by meaning, in unit vectors, zeros for nothing said, the same in any batch", async () => {
  const embedder = await openOnnxEmbedder({ modelPath, transformers }, never);
  try {
    assert.match(embedder.fingerprint, /^onnx:[0-9a-f]{16}\/384\/unit$/);
    const texts = [
      "throttling of requests",
      " \n",
      "banana bread",
      ...Array.from({ length: 20 }, (_, at) => `text ${at}`),
    ];
    const vectors = await embedder.embed(texts, "passage", never);
    const [asked] = await embedder.embed(["rate limiter"], "query", never);
    for (const [at, vector] of vectors.entries()) {
      assert.is(vector.length, 384);
      assert.ok(Math.abs(dot(vector, vector) - (at === 1 ? 0 : 1)) < 1e-3);
    }
    assert.ok(dot(asked!, vectors[0]!) > dot(asked!, vectors[2]!) + 0.2);
    const [alone] = await embedder.embed(["banana bread"], "passage", never);
    assert.ok(dot(alone!, vectors[2]!) > 0.99);
  } finally {
    await embedder.close();
  }
  await embedder.embed(["x"], "query", never).then(
    () => assert.unreachable(),
    (error) => assert.is((error as Fault).code, "unavailable"),
  );
});

test("is another embedder with another prefix or another model in the same place", async () => {
  const folder = await mkdtemp(join(tmpdir(), "onnx-"));
  const copy = join(folder, "model");
  try {
    await cp(modelPath, copy, { recursive: true });
    const fingerprint = async (path: string, passagePrefix?: string) => {
      const embedder = await openOnnxEmbedder({ modelPath: path, transformers, passagePrefix }, never);
      await embedder.close();
      return embedder.fingerprint;
    };
    const own = await fingerprint(modelPath);
    assert.is(await fingerprint(copy), own);
    assert.is.not(await fingerprint(modelPath, "passage:"), own);
    await cp(join(modelPath, "tokenizer.json"), join(copy, "onnx/model.onnx"));
    await refused(fingerprint(copy), /could not be loaded/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("refuses a sentence model as a reranker, at the start", async () => {
  await refused(openOnnxReranker({ modelPath, transformers }, 50, never), /could not be loaded/);
});

test("says what to install when the package is missing", async () => {
  const missing = "@huggingface/not-there";
  await refused(
    openOnnxEmbedder({ modelPath, transformers: missing }, never),
    /npm install @huggingface\/transformers/,
  );
});

always.run();
if (there) test.run();
else {
  const skipped = suite("SKIPPED, onnx embedder on a real model: run `node infra/embedder/fetch-model.mjs` first");
  skipped.skip("needs .tools/onnx");
  skipped.run();
}
