import { bearerToken } from "../bearer-token.ts";
import { isLoopback, listenAddress } from "../listen-address.ts";
import { absolute, duration, integer, oneOf, path, toggle } from "../parsers.ts";
import type { Problems } from "../problems.ts";
import type { Secret } from "../secret.ts";
import { type Environment, given, optional, type Values, variable } from "../variable.ts";

export type ReflectionAccess = "open" | "token" | "off";

export interface EdgeConfig {
  readonly address: string;
  /** Whether a call needs a bearer token. */
  readonly authRequired: boolean;
  /** Whether one is needed, too, as soon as the token store holds any. */
  readonly authWithTokens: boolean;
  readonly authFailures: number;
  readonly reflection: ReflectionAccess;
  /** Absolute paths; undefined: plaintext. */
  readonly tls: TlsConfig | undefined;
  readonly drainMs: number;
  readonly development: boolean;
}

export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  /** Set: callers must show a certificate that one of these signed. */
  readonly clientCaFile: string | undefined;
}

export interface TokensConfig {
  readonly readerToken: Secret | undefined;
  readonly adminToken: Secret | undefined;
  /** Why the gateway must not start unless a maintainer's token is set or stored; "" when it may. */
  readonly maintainerNeeded: string;
}

export const accessVariables = {
  address: variable({
    name: "KM_GRPC_ADDRESS",
    summary: "Where gRPC is served; port 0 picks a free one.",
    default: "127.0.0.1:50051",
    reason: "Loopback, so that a first start exposes nothing.",
    parser: listenAddress,
  }),
  readerToken: optional({
    name: "KM_READER_TOKEN",
    summary: "Bearer token with the scope reader.",
    unset: "no reader token",
    reason: "A token is the operator's to make.",
    parser: bearerToken,
  }),
  adminToken: optional({
    name: "KM_ADMIN_TOKEN",
    summary: "Bearer token with the scope maintainer.",
    unset: "no maintainer token",
    reason: "A token is the operator's to make.",
    parser: bearerToken,
  }),
  authEnabled: optional({
    name: "KM_AUTH_ENABLED",
    summary: "Whether calls need a token. Off is refused unless KM_GRPC_ADDRESS is loopback.",
    unset: "on when a token is set or was ever issued, or the address is not loopback",
    reason: "Configuring a token is asking for it to be checked.",
    parser: toggle,
  }),
  authFailures: variable({
    name: "KM_AUTH_FAILURES",
    summary:
      "Wrong tokens a minute from one address before it is refused, for a minute at first and up to 15; 0 for any number. Tokens that worked from there within the hour go on working.",
    default: "60",
    reason: "An agent with an old token tries a few times; whoever tries a second one each second is guessing.",
    parser: integer(0, 1_000_000),
  }),
  tlsCertFile: optional({
    name: "KM_TLS_CERT_FILE",
    summary:
      "Certificate of the gRPC server, PEM, with the chain up to what callers trust. Taken over anew when it changes.",
    unset: "plaintext",
    reason: "A certificate is the operator's to make.",
    parser: path,
  }),
  tlsKeyFile: optional({
    name: "KM_TLS_KEY_FILE",
    summary: "Its private key, PEM, not encrypted.",
    unset: "plaintext",
    reason: "It belongs to the certificate.",
    parser: path,
  }),
  tlsClientCaFile: optional({
    name: "KM_TLS_CLIENT_CA_FILE",
    summary:
      "Authorities of callers' certificates, PEM: set, a connection without one is refused. Tokens are asked for all the same.",
    unset: "callers show no certificate",
    reason: "Tokens say who calls; certificates keep strangers from asking at all.",
    parser: path,
  }),
  allowPlaintext: variable({
    name: "KM_ALLOW_PLAINTEXT",
    summary: "Serve without TLS off loopback, because a proxy in front ends it.",
    default: "off",
    reason: "Tokens must not cross a network in the clear by accident.",
    parser: toggle,
  }),
  reflection: optional({
    name: "KM_REFLECTION",
    summary: "Who may list the services by gRPC reflection.",
    unset: "open on loopback, else token",
    reason: "Anyone on this machine may look; a network must show a token.",
    parser: oneOf("open", "token", "off"),
  }),
  drainMs: variable({
    name: "KM_DRAIN_BUDGET",
    summary: "How long accepted calls may take to end after SIGTERM.",
    default: "20s",
    reason: "Twice the default deadline of a unary call, and inside the 30 s after which orchestrators kill.",
    parser: duration("100ms", "10m"),
  }),
  development: variable({
    name: "KM_DEVELOPMENT",
    summary: "Allow what may print tokens (GRPC_TRACE). Never on a server that others use.",
    default: "off",
    reason: "Debug output of the gRPC library holds request headers.",
    parser: toggle,
  }),
};

type AccessValues = Values<typeof accessVariables>;

export function edgeConfig(values: AccessValues, cwd: string, problems: Problems): EdgeConfig {
  const local = isLoopback(values.address);
  const anyToken = values.readerToken !== undefined || values.adminToken !== undefined;
  return {
    address: values.address,
    authRequired: values.authEnabled ?? (anyToken || !local),
    authWithTokens: values.authEnabled === undefined,
    authFailures: values.authFailures,
    reflection: values.reflection ?? (local ? "open" : "token"),
    tls: tlsConfig(values, cwd, problems),
    drainMs: values.drainMs,
    development: values.development,
  };
}

function tlsConfig(values: AccessValues, cwd: string, problems: Problems): TlsConfig | undefined {
  const { tlsCertFile: cert, tlsKeyFile: key, tlsClientCaFile: clientCa } = values;
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined) problems.add("KM_TLS_CERT_FILE", "is needed beside the other KM_TLS_ variables; set it");
  if (key === undefined) problems.add("KM_TLS_KEY_FILE", "is needed beside the other KM_TLS_ variables; set it");
  return {
    certFile: absolute(cert ?? "", cwd),
    keyFile: absolute(key ?? "", cwd),
    clientCaFile: clientCa === undefined ? undefined : absolute(clientCa, cwd),
  };
}

/** Whether a stored token does instead of KM_ADMIN_TOKEN is known once the state database is open. */
export function tokensConfig({ readerToken, adminToken, authEnabled, address }: AccessValues): TokensConfig {
  const local = isLoopback(address);
  const needed = adminToken === undefined && authEnabled !== false && (authEnabled === true || !local);
  const why = local ? "KM_AUTH_ENABLED is on" : `${address} can be reached from other machines`;
  const remedy = `set it to ${bearerToken.accepts}; or issue one with \`gateway token issue <name> --scope maintainer\``;
  return {
    readerToken,
    adminToken,
    maintainerNeeded: needed ? `KM_ADMIN_TOKEN is needed, because ${why}: ${remedy}` : "",
  };
}

/** The library prints request headers, tokens included, when one of these is set. */
const tracing = ["GRPC_TRACE", "GRPC_NODE_TRACE"];

/** Refuses what would leave the gateway open, each with what to set instead. */
export function refuseOpenDoors(values: AccessValues, env: Environment, problems: Problems): void {
  const { address, readerToken, adminToken, authEnabled } = values;
  const local = isLoopback(address);
  const addressKnown = !problems.touches("KM_GRPC_ADDRESS", "KM_AUTH_ENABLED");
  if (readerToken && adminToken && readerToken.reveal() === adminToken.reveal()) {
    problems.add("KM_READER_TOKEN", "is the same as KM_ADMIN_TOKEN: every reader would be a maintainer; make two");
  }
  if (addressKnown && !local && authEnabled === false) {
    problems.add(
      "KM_AUTH_ENABLED",
      `may not be off on ${address}, which other machines can reach; set KM_GRPC_ADDRESS=127.0.0.1:50051, or unset KM_AUTH_ENABLED and set KM_ADMIN_TOKEN`,
    );
  }
  if (
    !problems.touches("KM_GRPC_ADDRESS", "KM_ALLOW_PLAINTEXT") &&
    !local &&
    !values.allowPlaintext &&
    !values.tlsCertFile
  ) {
    problems.add(
      "KM_ALLOW_PLAINTEXT",
      `is needed to serve ${address} without TLS; set KM_TLS_CERT_FILE and KM_TLS_KEY_FILE, or set KM_ALLOW_PLAINTEXT=on when a proxy ends TLS in front, or KM_GRPC_ADDRESS=127.0.0.1:50051`,
    );
  }
  for (const name of tracing) {
    if (given(env, name) === undefined || values.development) continue;
    problems.add(
      name,
      "makes the gRPC library print request headers, tokens included; unset it, or set KM_DEVELOPMENT=on",
    );
  }
}
