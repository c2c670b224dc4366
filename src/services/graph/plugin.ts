import { definePlugin } from "../../kernel/mod.ts";
import { GRAPH_SERVICE } from "../../ports/mod.ts";
import { graphService } from "./service.ts";

export const graphServicePlugin = definePlugin({
  name: "graph service",
  provides: GRAPH_SERVICE,
  needs: {},
  config: () => undefined,
  start: async () => ({ value: graphService() }),
});
