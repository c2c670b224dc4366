import { GRAPH_STORE, type GraphStore, TELEMETRY, type Telemetry } from "../../ports/mod.ts";
import { type Neo4jConfig, parseNeo4jConfig } from "./neo4j-config.ts";
import { openNeo4jGraph } from "./open-neo4j-graph.ts";

/**
 * The graph on a Neo4j server. A server that is away does not stop the start: the gateway is unready for its graph and
 * says why, until the server answers. One that is there and lacks migrations does. A plain value of the kernel's
 * `Plugin` shape: adapters don't import the kernel.
 */
export const neo4jGraphPlugin = {
  name: "graph-store",
  provides: GRAPH_STORE,
  needs: { telemetry: TELEMETRY },
  config: parseNeo4jConfig,
  async start({ telemetry }: { readonly telemetry: Telemetry }, config: Neo4jConfig, signal: AbortSignal) {
    const graph = openNeo4jGraph({ ...config, meter: telemetry.meter });
    try {
      await graph.ready(signal);
    } catch (error) {
      if ((error as { code?: unknown }).code !== "unavailable") {
        await graph.close();
        throw error;
      }
      const reason = (error as Error).message;
      telemetry.log.warn({ backend: "neo4j", reason }, "the graph is away; serving begins without it");
    }
    return {
      value: graph as GraphStore,
      stop: () => graph.close(),
      async health(during: AbortSignal): Promise<{ ok: true } | { ok: false; reason: string }> {
        const reason = await graph.trouble(during);
        return reason === "" ? { ok: true } : { ok: false, reason };
      },
    };
  },
};
