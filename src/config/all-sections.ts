/** Every variable of the gateway, by section, in the order of the documentation. */

import { accessVariables } from "./sections/access.ts";
import { auditVariables } from "./sections/audit.ts";
import { chunkIndexVariables } from "./sections/chunk-index.ts";
import { coverageVariables } from "./sections/coverage.ts";
import { embedderVariables, rerankVariables } from "./sections/embedder.ts";
import { graphStoreVariables } from "./sections/graph-store.ts";
import { ingestVariables } from "./sections/ingest.ts";
import { quotaVariables } from "./sections/quota.ts";
import { runtimeVariables } from "./sections/runtime.ts";
import { schedulerVariables } from "./sections/scheduler.ts";
import { sidecarVariables } from "./sections/sidecar.ts";
import { sourcesVariables } from "./sections/sources.ts";
import { stateVariables } from "./sections/state.ts";
import { telemetryVariables } from "./sections/telemetry.ts";
import type { Variables } from "./variable.ts";

export const sections: ReadonlyMap<string, Variables> = new Map<string, Variables>([
  ["Sources", sourcesVariables],
  ["Access", accessVariables],
  ["Quotas", quotaVariables],
  ["Ingest", ingestVariables],
  ["Coverage reports", coverageVariables],
  ["Schedules and watching", schedulerVariables],
  ["State", stateVariables],
  ["Index", chunkIndexVariables],
  ["Graph", graphStoreVariables],
  ["Embedder", embedderVariables],
  ["Reranking", rerankVariables],
  ["Audit ledger", auditVariables],
  ["Metrics and health", sidecarVariables],
  ["Logs and traces", telemetryVariables],
  ["Runtime", runtimeVariables],
]);
