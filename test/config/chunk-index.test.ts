import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConfigError, readConfig } from "../../src/config/mod.ts";

const test = suite("configuration of the chunk index");
const qdrant = { KM_CHUNK_INDEX: "qdrant", KM_QDRANT_URL: "https://qdrant.internal:6333" };

function problem(env: Record<string, string>): string {
  try {
    readConfig(env, "/srv/project");
  } catch (error) {
    assert.instance(error, ConfigError);
    return (error as ConfigError).message;
  }
  return assert.unreachable("the configuration was taken") as never;
}

test("is embedded unless Qdrant is asked for", () => {
  assert.is(readConfig({}, "/srv/project").chunkIndex.qdrant, undefined);
  const { qdrant: read } = readConfig(qdrant, "/srv/project").chunkIndex;
  assert.equal([read?.url, read?.apiKey, read?.prefix], ["https://qdrant.internal:6333", undefined, "knowledge"]);
});

test("keeps the API key a secret", () => {
  const config = readConfig({ ...qdrant, KM_QDRANT_API_KEY: "qk-very-private" }, "/srv/project");
  assert.is(config.chunkIndex.qdrant?.apiKey?.reveal(), "qk-very-private");
  assert.not.match(inspect(config, { depth: 9 }) + JSON.stringify(config), "very-private");
  assert.not.match(problem({ ...qdrant, KM_QDRANT_API_KEY: "very private" }), "very private");
});

test("says what is missing or wrong", () => {
  assert.match(problem({ KM_CHUNK_INDEX: "qdrant" }), "KM_QDRANT_URL: is needed");
  assert.match(problem({ KM_CHUNK_INDEX: "lucene" }), "KM_CHUNK_INDEX");
  assert.match(problem({ KM_QDRANT_URL: "http://127.0.0.1:6333" }), "not used");
  for (const url of ["localhost:6333", "grpc://q:6334", "http://user:pass@q:6333", "https://q:6333/?a=b"]) {
    assert.match(problem({ ...qdrant, KM_QDRANT_URL: url }), "KM_QDRANT_URL");
  }
  assert.match(problem({ ...qdrant, KM_QDRANT_PREFIX: "a-b" }), "KM_QDRANT_PREFIX");
});

test.run();
