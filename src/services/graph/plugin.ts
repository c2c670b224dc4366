import { definePlugin } from "../../kernel/mod.ts";
import { GRAPH_SERVICE, GRAPH_STORE, SOURCES, STATE, TELEMETRY } from "../../ports/mod.ts";
import { graphService } from "./service.ts";

export const graphServicePlugin = definePlugin({
  name: "graph service",
  provides: GRAPH_SERVICE,
  needs: { store: GRAPH_STORE, state: STATE, sources: SOURCES, telemetry: TELEMETRY },
  config: () => undefined,
  start: async (ports) => ({ value: graphService(ports) }),
});
