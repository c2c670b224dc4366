/** An embedder behind any OpenAI-compatible `/embeddings` endpoint. */
export { type HttpEmbedder, type HttpEmbedderConfig, openHttpEmbedder } from "./open-http-embedder.ts";
export { type HttpRerankConfig, openHttpReranker } from "./open-http-reranker.ts";
