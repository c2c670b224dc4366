import { definePlugin, type Plugin } from "../kernel/mod.ts";
import { TELEMETRY } from "../ports/mod.ts";
import type { OpenTelemetry } from "./open-telemetry.ts";
import type { OpenTracing } from "./open-tracing.ts";

/** Hands an opened telemetry to the plug-ins, and closes it when they have stopped. */
export function telemetryPlugin(telemetry: OpenTelemetry, tracing?: OpenTracing): Plugin {
  return definePlugin({
    name: "telemetry",
    provides: TELEMETRY,
    needs: {},
    config: () => undefined,
    start: async () => ({
      value: telemetry,
      stop: async () => {
        await tracing?.close();
        telemetry.close();
      },
    }),
  });
}
