/** The chunk index on a Qdrant server, which several gateways may share. */
export { openQdrantIndex, type QdrantIndex, type QdrantIndexConfig } from "./open-qdrant-index.ts";
export { parseQdrantConfig, type QdrantConfig } from "./qdrant-config.ts";
export { qdrantIndexPlugin } from "./qdrant-index-plugin.ts";
