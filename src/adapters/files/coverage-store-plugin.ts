import { COVERAGE_STORE } from "../../ports/mod.ts";
import { type CoverageStoreOptions, openCoverageStore } from "./open-coverage-store.ts";

/** Ready to be given to the kernel. It holds nothing open, so it needs no stop. */
export const coverageStorePlugin = {
  name: "coverage store",
  provides: COVERAGE_STORE,
  needs: {},
  config: (raw: unknown) => raw as CoverageStoreOptions,
  async start(_needs: Readonly<Record<never, never>>, options: CoverageStoreOptions, signal: AbortSignal) {
    return { value: await openCoverageStore(options, signal) };
  },
};
