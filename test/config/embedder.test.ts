import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConfigError, readConfig } from "../../src/config/mod.ts";

const test = suite("configuration of embedder and reranker");
const http = {
  KM_EMBEDDER: "http",
  KM_EMBEDDER_URL: "https://models.internal/v1/embeddings",
  KM_EMBEDDER_MODEL: "small",
  KM_EMBEDDER_DIMENSIONS: "384",
};

function problem(env: Record<string, string>): string {
  try {
    readConfig(env, "/srv/project");
  } catch (error) {
    assert.instance(error, ConfigError);
    return (error as ConfigError).message;
  }
  return assert.unreachable("the configuration was taken") as never;
}

test("reads a server with its key kept secret", () => {
  const config = readConfig(
    { ...http, KM_EMBEDDER_API_KEY: "ek-very-private", KM_EMBEDDER_BATCH: "8" },
    "/srv/project",
  );
  assert.is(config.embedder.http?.dimensions, 384);
  assert.is(config.embedder.http?.batch, 8);
  assert.is(config.embedder.http?.apiKey?.reveal(), "ek-very-private");
  assert.not.match(inspect(config, { depth: 9 }) + JSON.stringify(config), "very-private");
});

test("reads folders relative to where the gateway was started", () => {
  const env = {
    KM_EMBEDDER: "onnx",
    KM_EMBEDDER_MODEL_PATH: "models/small",
    KM_RERANK: "onnx",
    KM_RERANK_MODEL_PATH: "/m",
  };
  const { embedder, rerank } = readConfig(env, "/srv/project");
  assert.is(embedder.modelPath, "/srv/project/models/small");
  assert.is(rerank.modelPath, "/m");
});

test("says what is missing, wrong or not used", () => {
  for (const name of ["KM_EMBEDDER_URL", "KM_EMBEDDER_MODEL", "KM_EMBEDDER_DIMENSIONS"] as const) {
    const { [name]: _, ...rest } = http;
    assert.match(problem(rest), `${name}: is needed for KM_EMBEDDER=http`);
  }
  assert.match(problem({ KM_EMBEDDER: "onnx" }), "KM_EMBEDDER_MODEL_PATH: is needed");
  assert.match(problem({ KM_RERANK: "http" }), "KM_RERANK_URL: is needed");
  assert.match(problem({ KM_RERANK: "onnx" }), "KM_RERANK_MODEL_PATH: is needed");
  assert.match(problem({ KM_EMBEDDER: "word2vec" }), "KM_EMBEDDER");
  assert.match(problem({ KM_EMBEDDER_URL: "http://127.0.0.1/" }), "not used");
  assert.match(problem({ KM_RERANK_MODEL_PATH: "/m" }), "not used");
  for (const url of ["models:8080", "file:///etc/passwd", "http://user:pass@models/v1"]) {
    assert.match(problem({ ...http, KM_EMBEDDER_URL: url }), "KM_EMBEDDER_URL");
    assert.not.match(problem({ KM_RERANK: "http", KM_RERANK_URL: url }), "is needed");
  }
  assert.match(problem({ ...http, KM_EMBEDDER_DIMENSIONS: "7" }), "KM_EMBEDDER_DIMENSIONS");
});

test.run();
