import { memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import { graphStoreContract } from "../../contract/graph-store.ts";

// Of the twenty checks: 16.

graphStoreContract("memory", async () => memoryGraphStore());
