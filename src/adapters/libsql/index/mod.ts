/** The embedded chunk index: passages, their lexical and vector segments, and files, by generation, in one libSQL file. */

export { prepareStateFolder } from "../file/mod.ts";
export { checkDatabaseFile, moveAside } from "./check-file.ts";
export type { LibsqlIndex } from "./libsql-index.ts";
export { libsqlIndexPlugin } from "./libsql-index-plugin.ts";
export { type LibsqlIndexConfig, openLibsqlIndex } from "./open-libsql-index.ts";
export { ownerPlugin } from "./owner-plugin.ts";
export { takeOwnership } from "./take-ownership.ts";
