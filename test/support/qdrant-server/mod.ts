/** A Qdrant server for tests: points in memory, filtered and scored exactly, held to the official API description. */
export { type ApiCheck, openApiCheck } from "./api-check.ts";
export {
  type Exchange,
  type Misbehaviour,
  type QdrantServer,
  type QdrantServerOptions,
  startQdrantServer,
} from "./start-qdrant-server.ts";
export { officialCheck, testIndex } from "./test-index.ts";
