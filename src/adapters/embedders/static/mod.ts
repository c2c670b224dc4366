/** The default embedder: a table of word vectors that ships with the gateway, beside hashed n-grams. */
export { openStaticEmbedder } from "./open-static-embedder.ts";
