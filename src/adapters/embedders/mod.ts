/** Turns text into vectors, and judges passages by a model: one folder for each way of doing it. */
export { type EmbedderConfig, embedderPlugin } from "./embedder-plugin.ts";
export { type HashedConfig, openHashedEmbedder } from "./hashed/mod.ts";
export { type HttpEmbedder, type HttpEmbedderConfig, openHttpEmbedder, openHttpReranker } from "./http/mod.ts";
export { type OnnxConfig, openOnnxEmbedder, openOnnxReranker } from "./onnx/mod.ts";
export { type RerankPluginConfig, rerankPlugin } from "./rerank-plugin.ts";
export { openStaticEmbedder } from "./static/mod.ts";
