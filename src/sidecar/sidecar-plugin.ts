import type { Server } from "node:http";
import { definePlugin, type Plugin, token as pluginToken } from "../kernel/mod.ts";
import { TELEMETRY } from "../ports/mod.ts";
import { answersOf } from "./answers.ts";
import type { HealthSource } from "./health-source.ts";
import { httpServer } from "./http-server.ts";
import { listen } from "./listen.ts";
import { admitsWith } from "./metrics-token.ts";

export interface SidecarOptions {
  /** `host:port`. */
  readonly address: string;
  /** Texts in the Prometheus format, shown one after the other; their metric names must not overlap. */
  readonly metrics: readonly (() => Promise<string>)[];
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
      const server = httpServer(answers, admitsWith(token), telemetry.log);
      const bound = await listen(server, address, signal);
      return { value: { address: bound }, stop: () => closed(server) };
    },
  });
}

/** Ends at once: a scraper's idle connection must not hold the process. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
