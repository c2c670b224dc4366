import process from "node:process";
import { openQdrantIndex, type QdrantIndex, type QdrantIndexConfig } from "../../../src/adapters/qdrant/mod.ts";
import { contractDimensions, contractFingerprint } from "../../contract/chunk-corpus.ts";
import { type ApiCheck, openApiCheck } from "./api-check.ts";

/** The official description when it is at hand; says loudly when it is not. */
export function officialCheck(): ApiCheck | undefined {
  const file = process.env["KM_TEST_QDRANT_OPENAPI"];
  if (file) return openApiCheck(file);
  process.stdout.write(
    "\n*** KM_TEST_QDRANT_OPENAPI is not set: exchanges with Qdrant are NOT held to its API description ***\n\n",
  );
  return undefined;
}

/** An index for the contract's embedder on a server, whose waits take no time. */
export function testIndex(url: string, more: Partial<QdrantIndexConfig> = {}): QdrantIndex {
  return openQdrantIndex({
    url,
    apiKey: undefined,
    prefix: "test",
    embedder: { dimensions: contractDimensions, fingerprint: contractFingerprint },
    clock: { now: () => 0, sleep: async () => {} },
    meter: { add() {}, set() {}, observe() {} },
    ...more,
  });
}
