import { definePlugin, type Plugin } from "../kernel/mod.ts";
import { TELEMETRY } from "../ports/mod.ts";
import type { OpenTelemetry } from "./open-telemetry.ts";

/** Hands an opened telemetry to the plug-ins, and closes it when they have stopped. */
export function telemetryPlugin(telemetry: OpenTelemetry): Plugin {
  return definePlugin({
    name: "telemetry",
    provides: TELEMETRY,
    needs: {},
    config: () => undefined,
    start: async () => ({ value: telemetry, stop: async () => telemetry.close() }),
  });
}
