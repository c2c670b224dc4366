import { memoryCoverageStore } from "../../../src/adapters/memory/mod.ts";
import { coverageStoreContract } from "../../contract/coverage-store.ts";

// Of the twenty checks: 16.

coverageStoreContract("memory", async (limit) => memoryCoverageStore(limit));
