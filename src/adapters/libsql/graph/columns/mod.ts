/** A source's graph as columns of numbers and pools of text, all generations together. */
export { Column } from "./column.ts";
export type { HeldContribution } from "./contribution-table.ts";
export { nodesNamed } from "./name-search.ts";
export { type Reserve, SourceGraph } from "./source-graph.ts";
