import { COVERAGE_STORE, OWNERSHIP } from "../../ports/mod.ts";
import { type CoverageStoreOptions, openCoverageStore } from "./open-coverage-store.ts";

/** Ready to be given to the kernel. It holds nothing open, so it needs no stop. */
export const coverageStorePlugin = {
  name: "coverage store",
  provides: COVERAGE_STORE,
  needs: { owner: OWNERSHIP },
  config: (raw: unknown) => raw as CoverageStoreOptions,
  async start(_needs: unknown, options: CoverageStoreOptions, signal: AbortSignal) {
    return { value: await openCoverageStore(options, signal) };
  },
};
