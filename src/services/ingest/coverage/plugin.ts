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
import { watchLag } from "./watch-lag.ts";

export interface CoverageSettings {
  /** Whether no other gateway writes to the same ledger. Default true. */
  readonly soleOwner?: boolean;
}

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
  config: (raw) => raw as CoverageSettings | undefined,
  async start(parts, settings, signal) {
    await recoverCoverage(parts, signal, settings?.soleOwner);
    const coverage = openCoverage(parts);
    const lag = watchLag(parts);
    return {
      value: coverage,
      drain: async () => void (await Promise.all([coverage.drain(), lag.stop()])),
      stop: async () => void (await Promise.all([coverage.stop(), lag.stop()])),
    };
  },
});
