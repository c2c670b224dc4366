/** An embedder without a model: words and their character n-grams, hashed into a short vector. */

export { TextHasher } from "./hash-text.ts";
export { type HashedConfig, openHashedEmbedder } from "./open-hashed-embedder.ts";
