import { definePlugin } from "../../kernel/mod.ts";
import {
  CHUNK_INDEX,
  CLOCK,
  EMBEDDER,
  FEEDBACK,
  GRAPH_STORE,
  RERANKER,
  SEARCH_SERVICE,
  SOURCES,
  STATE,
  TELEMETRY,
} from "../../ports/mod.ts";
import { GraphUsage } from "./graph-usage.ts";
import { switches } from "./rank/weights.ts";
import { GraphContexts } from "./reply/graph-context.ts";
import type { SearchSettings } from "./search.ts";
import { searchService } from "./service.ts";
import { Turns } from "./turns.ts";

/** An operator configures nothing here; an evaluation may scale signals, or switch them off. */
export const searchPlugin = definePlugin({
  name: "search",
  provides: SEARCH_SERVICE,
  needs: {
    index: CHUNK_INDEX,
    embedder: EMBEDDER,
    reranker: RERANKER,
    feedback: FEEDBACK,
    store: GRAPH_STORE,
    state: STATE,
    sources: SOURCES,
    telemetry: TELEMETRY,
    clock: CLOCK,
  },
  config: (raw: unknown): SearchSettings => {
    const { scale = new Map<string, number>() } = (raw ?? {}) as Partial<SearchSettings>;
    for (const name of scale.keys()) {
      if (!switches.includes(name)) throw new Error(`no signal '${name}'; there are ${switches.join(", ")}`);
    }
    return { scale };
  },
  async start({ store, ...ports }, settings) {
    const { searchesAtOnce } = ports.index;
    const told = (waiting: number) => ports.telemetry.meter.set("km_search_queue_depth", {}, waiting);
    // While the index does its part of some, as many are ranked and answered: fewer leave it idle, more only wait for
    // each other, in the way of calls that are no searches.
    const turns = searchesAtOnce === undefined ? undefined : new Turns(2 * searchesAtOnce, ports.clock.now, told);
    const [graph, usage] = [new GraphContexts(store, ports.clock), new GraphUsage(store, ports.clock)];
    return { value: searchService({ ...ports, turns, graph, usage }, settings) };
  },
});
