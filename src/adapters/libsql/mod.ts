/** The embedded stores: libSQL files behind worker threads. */
export * from "./state/mod.ts";
