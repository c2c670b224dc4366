import { EMBEDDER, type Embedder } from "../../ports/mod.ts";
import { type HashedConfig, openHashedEmbedder } from "./hashed/mod.ts";

export type EmbedderConfig = HashedConfig;

/** Provides the embedder; the composition root hands it to the kernel, which adapters don't know. */
export const embedderPlugin = {
  name: "embedder",
  provides: EMBEDDER,
  needs: {},
  config: (raw: unknown): EmbedderConfig => (raw ?? {}) as EmbedderConfig,
  start: async (
    _needs: Readonly<Record<never, never>>,
    config: EmbedderConfig,
    signal: AbortSignal,
  ): Promise<{ value: Embedder; stop: () => Promise<void> }> => {
    const embedder = await openHashedEmbedder(config, signal);
    return { value: embedder, stop: () => embedder.close() };
  },
};
