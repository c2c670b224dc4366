/** Keeps coverage reports as files under the state directory. */
export { coverageStorePlugin } from "./coverage-store-plugin.ts";
export { type CoverageStoreOptions, openCoverageStore } from "./open-coverage-store.ts";
