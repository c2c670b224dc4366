import { openLibsqlIndex } from "../../../../src/adapters/libsql/index/mod.ts";
import type { ChunkIndex } from "../../../../src/ports/mod.ts";
import { contractDimensions, contractFingerprint, never } from "../../../contract/chunk-corpus.ts";
import { chunkIndexContract } from "../../../contract/chunk-index.ts";
import { quietMeter, temporaryState } from "./sample-index.ts";

// Of the twenty checks: 16, 19.

chunkIndexContract("libsql", async (): Promise<ChunkIndex> => {
  const state = temporaryState();
  const embedder = { dimensions: contractDimensions, fingerprint: contractFingerprint };
  const index = await openLibsqlIndex({ statePath: state.path, embedder, meter: quietMeter }, never);
  const close = index.close.bind(index);
  return Object.assign(index, {
    close: async () => {
      await close();
      state.remove();
    },
  });
});
