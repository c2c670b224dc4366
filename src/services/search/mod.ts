/** Answers questions with ranked, explained, line-accurate passages, and serves the indexed text of files. */
export { searchPlugin } from "./plugin.ts";
export type { SearchPorts } from "./search.ts";
export { type SearchHandlers, searchHandlers, searchService } from "./service.ts";
