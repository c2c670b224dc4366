import { GRAPH_STORE, type GraphStore, OWNERSHIP, TELEMETRY, type Telemetry } from "../../../ports/mod.ts";
import { parseStatePath, type StatePathConfig } from "../file/mod.ts";
import { openLibsqlGraph } from "./open-libsql-graph.ts";

/**
 * The embedded graph store, to be started once the state directory is owned (`takeOwnership`). A plain value of the
 * kernel's `Plugin` shape: adapters don't import the kernel.
 */
export const libsqlGraphPlugin = {
  name: "graph-store",
  provides: GRAPH_STORE,
  needs: { owner: OWNERSHIP, telemetry: TELEMETRY },
  config: parseStatePath,
  async start({ telemetry }: { readonly telemetry: Telemetry }, { statePath }: StatePathConfig, signal: AbortSignal) {
    const graph = await openLibsqlGraph({ statePath, meter: telemetry.meter, log: telemetry.log }, signal);
    return {
      value: graph as GraphStore,
      stop: () => graph.close(),
      async health(): Promise<{ ok: true } | { ok: false; reason: string }> {
        const reason = graph.trouble();
        return reason === "" ? { ok: true } : { ok: false, reason };
      },
    };
  },
};
