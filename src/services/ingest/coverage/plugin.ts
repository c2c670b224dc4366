import { definePlugin } from "../../../kernel/mod.ts";
import {
  AUDIT_LEDGER,
  CHUNK_INDEX,
  CLOCK,
  COVERAGE,
  COVERAGE_STORE,
  SOURCES,
  STATE,
  TELEMETRY,
} from "../../../ports/mod.ts";
import { openCoverage, recoverCoverage } from "./open-coverage.ts";

/** Writes coverage reports. What a dead process left open in the ledger is closed before anything may start. */
export const coveragePlugin = definePlugin({
  name: "coverage",
  provides: COVERAGE,
  needs: {
    sources: SOURCES,
    index: CHUNK_INDEX,
    store: COVERAGE_STORE,
    state: STATE,
    ledger: AUDIT_LEDGER,
    telemetry: TELEMETRY,
    clock: CLOCK,
  },
  config: () => undefined,
  async start(parts, _config, signal) {
    await recoverCoverage(parts, signal);
    const coverage = openCoverage(parts);
    return { value: coverage, drain: () => coverage.drain(), stop: () => coverage.stop() };
  },
});
