/** Answers questions with ranked, explained, line-accurate passages, and serves the indexed text of files. */
export { searchPlugin } from "./plugin.ts";
export { switches as searchSignals } from "./rank/weights.ts";
export type { SearchPorts, SearchSettings } from "./search.ts";
export { type SearchHandlers, searchHandlers, searchService } from "./service.ts";
