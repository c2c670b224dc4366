/** The embedded chunk index: passages, their lexical and vector segments, and files, by generation, in one libSQL file. */
export type { LibsqlIndex } from "./libsql-index.ts";
export { type LibsqlIndexPluginConfig, libsqlIndexPlugin } from "./libsql-index-plugin.ts";
export { type LibsqlIndexConfig, openLibsqlIndex } from "./open-libsql-index.ts";
export { prepareStateFolder } from "./prepare-folder.ts";
export { type Ownership, takeOwnership } from "./take-ownership.ts";
