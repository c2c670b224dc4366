import { definePlugin, healthy, type Plugin, token as pluginToken, unhealthy } from "../kernel/mod.ts";
import { TELEMETRY } from "../ports/mod.ts";
import { answersOf, type MetricPieces } from "./answers.ts";
import type { HealthSource } from "./health-source.ts";
import { startSidecarThread } from "./sidecar-thread.ts";

export interface SidecarOptions {
  /** `host:port`. */
  readonly address: string;
  /** Shown one after the other; their metric names must not overlap. */
  readonly metrics: readonly MetricPieces[];
  readonly health: HealthSource;
  /** What /metrics, and the details of /readyz, ask for; undefined: nothing. */
  readonly token?: string | undefined;
}

export interface Sidecar {
  /** The bound `host:port`. */
  readonly address: string;
}

export const SIDECAR = pluginToken<Sidecar>("sidecar");

/** Listed early, it starts early and stops late: probes are answered while the others start and drain. */
export function sidecarPlugin({ address, metrics, health, token }: SidecarOptions): Plugin {
  return definePlugin({
    name: "sidecar",
    provides: SIDECAR,
    needs: { telemetry: TELEMETRY },
    config: () => undefined,
    async start({ telemetry }, _config, signal) {
      const answers = answersOf(metrics, health, telemetry.meter, telemetry.log);
      const thread = await startSidecarThread({ address, token }, answers, telemetry.log, signal);
      return {
        value: { address: thread.address },
        stop: thread.stop,
        health: async () => {
          const death = thread.death();
          return death === undefined ? healthy : unhealthy(death);
        },
      };
    },
  });
}
