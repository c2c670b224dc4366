/** The embedded stores: libSQL files behind worker threads. */
export * from "./backup/mod.ts";
export * from "./graph/mod.ts";
export * from "./index/mod.ts";
export * from "./state/mod.ts";
