import { definePlugin } from "../../kernel/mod.ts";
import {
  AUDIT_LEDGER,
  CHUNK_INDEX,
  CLOCK,
  COVERAGE,
  EMBEDDER,
  GRAPH_STORE,
  INGEST_SERVICE,
  INGESTER,
  PARSER,
  SCHEDULER,
  SOURCES,
  STATE,
  TELEMETRY,
} from "../../ports/mod.ts";
import type { IngestSettings } from "./ingest-settings.ts";
import { openIngester } from "./ingester.ts";
import { recover } from "./recover.ts";
import { recallRuns } from "./run-metrics.ts";
import { ingestService } from "./service.ts";

/** Runs ingests. What a dead process left is set right before anything may start. */
export const ingesterPlugin = definePlugin({
  name: "ingester",
  provides: INGESTER,
  needs: {
    sources: SOURCES,
    index: CHUNK_INDEX,
    graph: GRAPH_STORE,
    parser: PARSER,
    embedder: EMBEDDER,
    state: STATE,
    ledger: AUDIT_LEDGER,
    telemetry: TELEMETRY,
    clock: CLOCK,
    coverage: COVERAGE,
  },
  config: (raw) => raw as IngestSettings,
  async start({ graph, ...others }, settings, signal) {
    const parts = settings.graph === false ? others : { ...others, graph };
    await recover(parts, settings, signal);
    await recallRuns(parts, signal);
    const ingester = openIngester(parts, settings);
    await ingester.reconcile(signal);
    void ingester.upkeep();
    return { value: ingester, drain: () => ingester.stop(), stop: () => ingester.stop() };
  },
});

/** The gRPC face of it. */
export const ingestServicePlugin = definePlugin({
  name: "ingest service",
  provides: INGEST_SERVICE,
  needs: {
    ingester: INGESTER,
    sources: SOURCES,
    state: STATE,
    clock: CLOCK,
    coverage: COVERAGE,
    scheduler: SCHEDULER,
    index: CHUNK_INDEX,
    graph: GRAPH_STORE,
  },
  config: () => undefined,
  start: async (needs) => ({ value: ingestService(needs) }),
});
