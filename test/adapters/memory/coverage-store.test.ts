import { memoryCoverageStore } from "../../../src/adapters/memory/mod.ts";
import { coverageStoreContract } from "../../contract/coverage-store.ts";

coverageStoreContract("memory", async (limit) => memoryCoverageStore(limit));
