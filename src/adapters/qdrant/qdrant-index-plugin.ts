import {
  CHUNK_INDEX,
  type ChunkIndex,
  CLOCK,
  type Clock,
  EMBEDDER,
  type Embedder,
  TELEMETRY,
  type Telemetry,
} from "../../ports/mod.ts";
import { openQdrantIndex } from "./open-qdrant-index.ts";
import { parseQdrantConfig, type QdrantConfig } from "./qdrant-config.ts";

// An alias: an interface has no index signature, which the kernel's record of needs asks for.
type Parts = {
  readonly embedder: Embedder;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

/**
 * The shared chunk index. A server that is away does not stop the start: the gateway is unready and says why, until
 * the server answers. A plain value of the kernel's `Plugin` shape: adapters don't import the kernel.
 */
export const qdrantIndexPlugin = {
  name: "chunk-index",
  provides: CHUNK_INDEX,
  needs: { embedder: EMBEDDER, clock: CLOCK, telemetry: TELEMETRY },
  config: parseQdrantConfig,
  async start({ embedder, clock, telemetry }: Parts, config: QdrantConfig, signal: AbortSignal) {
    const { meter, tracer } = telemetry;
    const index = openQdrantIndex({ ...config, embedder, clock, meter, traceHeaders: tracer.headers });
    const reason = await index.trouble(signal);
    if (reason !== "")
      telemetry.log.warn({ backend: "qdrant", reason }, "the index is away; serving begins without it");
    return {
      value: index as ChunkIndex,
      stop: () => index.close(),
      async health(during: AbortSignal): Promise<{ ok: true } | { ok: false; reason: string }> {
        const reason = await index.trouble(during);
        return reason === "" ? { ok: true } : { ok: false, reason };
      },
    };
  },
};
