import { memoryChunkIndex } from "../../../src/adapters/memory/mod.ts";
import { chunkIndexContract } from "../../contract/chunk-index.ts";

// Of the twenty checks: 16, 19.

chunkIndexContract("memory", async () => memoryChunkIndex());
