import { definePlugin, token } from "../kernel/mod.ts";
import {
  AUDIT_LEDGER,
  AUDIT_SERVICE,
  CLOCK,
  GRAPH_SERVICE,
  INGEST_SERVICE,
  QUOTA,
  SEARCH_SERVICE,
  TELEMETRY,
  TOKEN_STORE,
} from "../ports/mod.ts";
import { parseAddress } from "./address.ts";
import { limits } from "./limits.ts";
import { loadPolicies } from "./policy.ts";
import { type EdgeServer, openServer, type ReflectionMode } from "./server.ts";
import { realTimers } from "./timers.ts";
import { openTls, type TlsFiles } from "./tls.ts";

export interface EdgeConfig {
  /** "host:port", port 0 for a free one. */
  readonly address: string;
  /** false (on loopback only; the configuration sees to it): every caller is an anonymous maintainer. */
  readonly authRequired: boolean;
  /** Whether it is turned on by the first token that is issued. */
  readonly authWithTokens: boolean;
  /** Wrong tokens a minute from one address before it is refused for a while; 0: any number. */
  readonly authFailures: number;
  readonly reflection: ReflectionMode;
  /** undefined: plaintext. */
  readonly tls: TlsFiles | undefined;
  /** The whole budget of a drain, ms. */
  readonly drainMs: number;
  /** No lame duck when stopping, and grpc-js may log to stderr (with GRPC_TRACE, tokens included). */
  readonly development: boolean;
}

/** What the edge offers the rest of the program. */
export type Edge = Omit<EdgeServer, "drain" | "stop">;

export const EDGE = token<Edge>("edge");

export const edgePlugin = definePlugin({
  name: "edge",
  provides: EDGE,
  needs: {
    telemetry: TELEMETRY,
    tokens: TOKEN_STORE,
    quota: QUOTA,
    clock: CLOCK,
    search: SEARCH_SERVICE,
    graph: GRAPH_SERVICE,
    ingest: INGEST_SERVICE,
    audit: AUDIT_SERVICE,
    ledger: AUDIT_LEDGER,
  },
  config: parseEdgeConfig,
  async start({ telemetry, tokens, quota, clock, search, graph, ingest, audit, ledger }, config) {
    const tls = config.tls && openTls(config.tls, { timers: realTimers, clock, log: telemetry.log });
    const server = await openServer({
      address: config.address,
      credentials: tls?.credentials,
      authRequired: config.authRequired,
      authWithTokens: config.authWithTokens,
      authFailures: config.authFailures,
      reflection: config.reflection,
      // A developer who stops a server waits for no balancer.
      limits: { ...limits, drainMs: config.drainMs, ...(config.development ? { lameDuckMs: 0 } : {}) },
      transportLog: config.development,
      policies: await loadPolicies(),
      services: [search, graph, ingest, audit],
      tokens,
      quota,
      telemetry,
      clock,
      timers: realTimers,
      ledger,
    });
    if (!config.authRequired && !(config.authWithTokens && tokens.configured())) {
      telemetry.log.warn({ address: server.address }, "authentication is off: whoever can connect is a maintainer");
    }
    return {
      value: server,
      drain: (signal) => server.drain(signal),
      async stop(signal) {
        tls?.close();
        await server.stop(signal);
      },
    };
  },
});

function parseEdgeConfig(raw: unknown): EdgeConfig {
  const {
    address,
    authRequired,
    authWithTokens = false,
    authFailures = 0,
    tls,
    reflection,
    drainMs,
    development,
  } = (raw ?? {}) as Partial<EdgeConfig>;
  if (typeof address !== "string") throw new Error("address: set host:port");
  if (typeof authRequired !== "boolean") throw new Error("authRequired: set true or false");
  if (reflection !== "open" && reflection !== "token" && reflection !== "off") {
    throw new Error("reflection: set open, token or off");
  }
  if (!Number.isSafeInteger(authFailures) || authFailures < 0) throw new Error("authFailures: set a number, 0 or more");
  if (typeof drainMs !== "number" || !(drainMs >= 0)) throw new Error("drainMs: set milliseconds, 0 or more");
  return {
    address: parseAddress(address),
    authRequired,
    authWithTokens: authWithTokens === true,
    authFailures,
    tls,
    reflection,
    drainMs,
    development: development === true,
  };
}
