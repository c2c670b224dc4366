/** An embedder behind any OpenAI-compatible `/embeddings` endpoint. */
export { type HttpEmbedder, type HttpEmbedderConfig, openHttpEmbedder } from "./open-http-embedder.ts";
