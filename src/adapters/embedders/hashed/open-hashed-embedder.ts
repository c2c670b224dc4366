import { Fault, throwIfAborted } from "../../../domain/mod.ts";
import type { Embedder } from "../../../ports/mod.ts";
import { spawnWorker } from "../../../runtime/mod.ts";
import { openLocalEmbedder } from "../thread/mod.ts";
import { TextHasher } from "./hash-text.ts";

export interface HashedConfig {
  /** 64 to 384. Default 256: 1,024 found no more, and a search reads every byte. */
  readonly dimensions?: number;
}

const defaultDimensions = 256;
/** Raised whenever the same text may give another vector. */
const version = 1;

/** Opens the embedder that needs no model. */
export async function openHashedEmbedder(config: HashedConfig, signal: AbortSignal): Promise<Embedder> {
  throwIfAborted(signal);
  const dimensions = config.dimensions ?? defaultDimensions;
  if (!Number.isInteger(dimensions) || dimensions < 64 || dimensions > 384) {
    throw new Fault("invalid", `the hashed embedder has 64 to 384 dimensions, not ${dimensions}`);
  }
  const hasher = new TextHasher(dimensions);
  return openLocalEmbedder({
    fingerprint: `hashed-ngrams-v${version}/${dimensions}/unit`,
    dimensions,
    embedText: (text, out, offset) => hasher.hash(text, out, offset),
    spawn: () => spawnWorker(import.meta.url, "./embed-worker", { dimensions }),
  });
}
