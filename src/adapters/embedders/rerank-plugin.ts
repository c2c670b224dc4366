import { CLOCK, type Clock, RERANKER, type Reranker, TELEMETRY, type Telemetry } from "../../ports/mod.ts";
import { countedReranker } from "./counted-embedder.ts";
import { type HttpRerankConfig, openHttpReranker } from "./http/mod.ts";
import { type OnnxRerankConfig, openOnnxReranker } from "./onnx/mod.ts";
import { toldReranker } from "./told-reranker.ts";

export type RerankPluginConfig =
  | { readonly kind: "off" }
  | ({ readonly kind: "http" } & HttpRerankConfig)
  | ({ readonly kind: "onnx" } & OnnxRerankConfig);

/** Hits that are read again: what is below the fifth page is rarely the answer, and each costs a run of the model. */
const most = 50;

const none: Reranker = { most: 0, score: async (_, texts) => new Float32Array(texts.length) };

/** Provides the reranker, which by default does nothing. */
export const rerankPlugin = {
  name: "reranker",
  provides: RERANKER,
  needs: { clock: CLOCK, telemetry: TELEMETRY },
  config: (raw: unknown): RerankPluginConfig => (raw ?? { kind: "off" }) as RerankPluginConfig,
  async start(
    { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
    config: RerankPluginConfig,
    signal: AbortSignal,
  ) {
    if (config.kind === "off") return { value: none };
    const { meter, tracer } = telemetry;
    const reranker =
      config.kind === "http"
        ? await openHttpReranker(config, most, { clock, meter, traceHeaders: tracer.headers }, signal)
        : countedReranker(await openOnnxReranker(config, most, signal), meter);
    return { value: toldReranker(reranker, telemetry.log, clock), stop: () => reranker.close() };
  },
};
