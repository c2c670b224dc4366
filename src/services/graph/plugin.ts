import { definePlugin } from "../../kernel/mod.ts";
import { AUDIT_LEDGER, GRAPH_SERVICE, GRAPH_STORE, SOURCES, STATE, TELEMETRY } from "../../ports/mod.ts";
import { graphService } from "./service.ts";

const needs = { store: GRAPH_STORE, state: STATE, sources: SOURCES, telemetry: TELEMETRY };

export const graphServicePlugin = definePlugin({
  name: "graph service",
  provides: GRAPH_SERVICE,
  needs,
  config: () => undefined,
  start: async (ports) => ({ value: graphService(ports) }),
});

/** With callers' own Cypher, which is not taken where the ledger can't say so. */
export const graphCypherServicePlugin = definePlugin({
  name: "graph service",
  provides: GRAPH_SERVICE,
  needs: { ...needs, ledger: AUDIT_LEDGER },
  config: () => undefined,
  start: async (ports) => ({ value: graphService(ports) }),
});
