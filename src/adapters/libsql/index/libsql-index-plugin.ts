import {
  CHUNK_INDEX,
  type ChunkIndex,
  EMBEDDER,
  type Embedder,
  OWNERSHIP,
  TELEMETRY,
  type Telemetry,
} from "../../../ports/mod.ts";
import { parseStatePath, type StatePathConfig } from "../file/mod.ts";
import { openLibsqlIndex } from "./open-libsql-index.ts";

/**
 * The embedded chunk index, to be started once the state directory is owned (`takeOwnership`). A plain value of
 * the kernel's `Plugin` shape: adapters don't import the kernel.
 */
export const libsqlIndexPlugin = {
  name: "chunk-index",
  provides: CHUNK_INDEX,
  needs: { owner: OWNERSHIP, embedder: EMBEDDER, telemetry: TELEMETRY },
  config: parseStatePath,
  async start(
    { embedder, telemetry }: { readonly embedder: Embedder; readonly telemetry: Telemetry },
    { statePath }: StatePathConfig,
    signal: AbortSignal,
  ) {
    const index = await openLibsqlIndex({ statePath, embedder, meter: telemetry.meter }, signal);
    return {
      value: index as ChunkIndex,
      stop: () => index.close(),
      async health(): Promise<{ ok: true } | { ok: false; reason: string }> {
        const reason = index.trouble();
        return reason === "" ? { ok: true } : { ok: false, reason };
      },
    };
  },
};
