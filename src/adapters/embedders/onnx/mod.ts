/** An embedder that runs an ONNX model from a local folder, through a package that the operator installs. */
export { type OnnxConfig, openOnnxEmbedder } from "./open-onnx-embedder.ts";
export { type OnnxRerankConfig, openOnnxReranker } from "./open-onnx-reranker.ts";
