import { CLOCK, type Clock, EMBEDDER, type Embedder, TELEMETRY, type Telemetry } from "../../ports/mod.ts";
import { countedEmbedder } from "./counted-embedder.ts";
import { type HashedConfig, openHashedEmbedder } from "./hashed/mod.ts";
import { type HttpEmbedder, type HttpEmbedderConfig, openHttpEmbedder } from "./http/mod.ts";
import { type OnnxConfig, openOnnxEmbedder } from "./onnx/mod.ts";
import { openStaticEmbedder } from "./static/mod.ts";
import { toldEmbedder } from "./told-embedder.ts";

export type EmbedderConfig =
  | { readonly kind: "static" }
  | ({ readonly kind: "hashed" } & HashedConfig)
  | ({ readonly kind: "http" } & HttpEmbedderConfig)
  | ({ readonly kind: "onnx" } & OnnxConfig);

type Health = { ok: true } | { ok: false; reason: string };

type Parts = {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

/** Provides the embedder; the composition root hands it to the kernel, which adapters don't know. */
export const embedderPlugin = {
  name: "embedder",
  provides: EMBEDDER,
  needs: { clock: CLOCK, telemetry: TELEMETRY },
  config: (raw: unknown): EmbedderConfig => (raw ?? { kind: "static" }) as EmbedderConfig,
  async start(parts: Parts, config: EmbedderConfig, signal: AbortSignal) {
    const { embedder, trouble } = await open(config, parts, signal);
    return {
      value: toldEmbedder(embedder, parts.telemetry.log, parts.clock),
      stop: () => embedder.close(),
      async health(during: AbortSignal): Promise<Health> {
        const reason = await trouble(during);
        return reason === "" ? { ok: true } : { ok: false, reason };
      },
    };
  },
};

async function open(
  config: EmbedderConfig,
  { clock, telemetry }: Parts,
  signal: AbortSignal,
): Promise<{ embedder: Embedder; trouble: (signal: AbortSignal) => Promise<string> }> {
  const here = (embedder: Embedder) => ({
    embedder: countedEmbedder(embedder, telemetry.meter),
    trouble: async () => "",
  });
  switch (config.kind) {
    case "static":
      return here(await openStaticEmbedder(signal));
    case "hashed":
      return here(await openHashedEmbedder(config, signal));
    case "onnx":
      return here(await openOnnxEmbedder(config, signal));
    case "http": {
      const { meter, tracer } = telemetry;
      const embedder = await openHttpEmbedder(config, { clock, meter, traceHeaders: tracer.headers }, signal);
      return { embedder, trouble: (during) => stillAway(embedder, during) };
    }
  }
}

/** Asks a server that failed last whether it is back, so that a gateway without traffic gets ready again. */
async function stillAway(embedder: HttpEmbedder, signal: AbortSignal): Promise<string> {
  if (embedder.trouble() !== "") await embedder.embed(["ready"], "query", signal).catch(() => {});
  return embedder.trouble();
}
