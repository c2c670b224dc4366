/** Turns text into vectors: one folder for each way of doing it. */
export { type EmbedderConfig, embedderPlugin } from "./embedder-plugin.ts";
export { type HashedConfig, openHashedEmbedder } from "./hashed/mod.ts";
export { type HttpEmbedder, type HttpEmbedderConfig, openHttpEmbedder } from "./http/mod.ts";
