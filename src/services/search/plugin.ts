import { definePlugin } from "../../kernel/mod.ts";
import {
  CHUNK_INDEX,
  CLOCK,
  EMBEDDER,
  FEEDBACK,
  RERANKER,
  SEARCH_SERVICE,
  SOURCES,
  STATE,
  TELEMETRY,
} from "../../ports/mod.ts";
import { switches } from "./rank/weights.ts";
import type { SearchSettings } from "./search.ts";
import { searchService } from "./service.ts";

/** An operator configures nothing here; an evaluation may switch signals off. */
export const searchPlugin = definePlugin({
  name: "search",
  provides: SEARCH_SERVICE,
  needs: {
    index: CHUNK_INDEX,
    embedder: EMBEDDER,
    reranker: RERANKER,
    feedback: FEEDBACK,
    state: STATE,
    sources: SOURCES,
    telemetry: TELEMETRY,
    clock: CLOCK,
  },
  config: (raw: unknown): SearchSettings => {
    const { without = new Set<string>() } = (raw ?? {}) as Partial<SearchSettings>;
    for (const name of without) {
      if (!switches.includes(name)) throw new Error(`no signal '${name}'; there are ${switches.join(", ")}`);
    }
    return { without };
  },
  async start(ports, settings) {
    return { value: searchService(ports, settings) };
  },
});
