/** The embedded graph store: what files say and contribute, by generation, in one libSQL file and in a thread's memory. */
export type { LibsqlGraph } from "./libsql-graph.ts";
export { libsqlGraphPlugin } from "./libsql-graph-plugin.ts";
export { type LibsqlGraphConfig, openLibsqlGraph } from "./open-libsql-graph.ts";
