import { memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import { graphStoreContract } from "../../contract/graph-store.ts";

graphStoreContract("memory", async () => memoryGraphStore());
