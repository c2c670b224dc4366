import { memoryChunkIndex } from "../../../src/adapters/memory/mod.ts";
import { chunkIndexContract } from "../../contract/chunk-index.ts";

chunkIndexContract("memory", async () => memoryChunkIndex());
