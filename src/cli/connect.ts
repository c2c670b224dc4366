import { randomBytes } from "node:crypto";
import type { Environment } from "../config/mod.ts";
import { readConfig } from "../config/mod.ts";
import { clientTls, type TlsFlags } from "./client-tls.ts";
import { type Clients, openClients } from "./clients.ts";
import { readServing } from "./serving.ts";

export interface ConnectOptions {
  /** Address of a running gateway; undefined: the one that serves the state directory, else none. */
  readonly address: string | undefined;
  readonly env: Environment;
  /** What the command line says of TLS. */
  readonly tls?: TlsFlags;
}

export interface Connection extends Clients {
  /** Whether the gateway lives and ends with the command. */
  readonly own: boolean;
  closed(): Promise<void>;
}

/**
 * Stubs for a running gateway, or, when none serves the state directory, for one of our own that lives as long as
 * the command: on a loopback port that nobody is told of, under a token made for the occasion. So every command
 * has one way of working, and takes the same locks and leases.
 */
export async function connect({ address, env, tls = {} }: ConnectOptions): Promise<Connection> {
  const running = address ?? readServing(readConfig(env).state.path)?.address;
  if (running !== undefined) {
    const clients = openClients(running, env["KM_TOKEN"], clientTls(tls, address === undefined ? env : {}));
    return { ...clients, own: false, closed: async () => clients.close() };
  }

  const token = randomBytes(32).toString("base64url");
  const own = readConfig({
    ...env,
    KM_GRPC_ADDRESS: "127.0.0.1:0",
    KM_METRICS_ADDRESS: "127.0.0.1:0",
    KM_ADMIN_TOKEN: token,
    KM_READER_TOKEN: undefined,
    KM_AUTH_ENABLED: undefined,
    KM_TLS_CERT_FILE: undefined,
    KM_TLS_KEY_FILE: undefined,
    KM_TLS_CLIENT_CA_FILE: undefined,
    KM_INGEST_ON_START: "off",
    // The command does what it was asked, and nothing by the clock or because a file changed.
    KM_SCHEDULER_ENABLED: "off",
    KM_WATCH: "off",
    KM_LOG_LEVEL: env["KM_LOG_LEVEL"] ?? "silent",
  });
  const { startGateway } = await import("../main.ts");
  const gateway = await startGateway(own);
  const clients = openClients(gateway.address, token);
  return {
    ...clients,
    own: true,
    closed: async () => {
      clients.close();
      // Nobody else knew of it.
      await gateway.stop({ lameDuck: false });
    },
  };
}
