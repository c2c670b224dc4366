/** What embedders that compute have in common: passages in a thread of their own, short questions on the spot. */
export { type EmbedReply, type EmbedTask, EmbedThread } from "./embed-thread.ts";
export { type LocalEmbedding, openLocalEmbedder } from "./open-local-embedder.ts";
