import { definePlugin } from "../../kernel/mod.ts";
import { CHUNK_INDEX, CLOCK, EMBEDDER, SEARCH_SERVICE, SOURCES, STATE, TELEMETRY } from "../../ports/mod.ts";
import { searchService } from "./service.ts";

/** Has nothing of its own to configure: what it stands on is configured where it stands. */
export const searchPlugin = definePlugin({
  name: "search",
  provides: SEARCH_SERVICE,
  needs: {
    index: CHUNK_INDEX,
    embedder: EMBEDDER,
    state: STATE,
    sources: SOURCES,
    telemetry: TELEMETRY,
    clock: CLOCK,
  },
  config: () => undefined,
  async start(ports) {
    return { value: searchService(ports) };
  },
});
