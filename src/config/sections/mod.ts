/** Every variable of the gateway, by section, in the order of the documentation. */
import type { Variables } from "../variable.ts";
import { accessVariables } from "./access.ts";
import { ingestVariables } from "./ingest.ts";
import { quotaVariables } from "./quota.ts";
import { runtimeVariables } from "./runtime.ts";
import { sidecarVariables } from "./sidecar.ts";
import { sourcesVariables } from "./sources.ts";
import { stateVariables } from "./state.ts";
import { telemetryVariables } from "./telemetry.ts";

export const sections: ReadonlyMap<string, Variables> = new Map<string, Variables>([
  ["Sources", sourcesVariables],
  ["Access", accessVariables],
  ["Quotas", quotaVariables],
  ["Ingest", ingestVariables],
  ["State", stateVariables],
  ["Metrics and health", sidecarVariables],
  ["Logs", telemetryVariables],
  ["Runtime", runtimeVariables],
]);
