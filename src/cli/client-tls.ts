import type { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Environment } from "../config/mod.ts";
import type { ClientTls } from "./clients.ts";
import { CommandError, exitCode } from "./exit-code.ts";

/** `--tls`, `--ca`, `--cert` and `--key`. */
export interface TlsFlags {
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * How to speak to a gateway: over TLS when a flag says so, or when the environment is that of the gateway on this
 * machine and it has a certificate. That one is then trusted by its own file, under whatever name it has.
 */
export function clientTls({ tls = false, ca, cert, key }: TlsFlags, env: Environment): ClientTls | undefined {
  if ((cert === undefined) !== (key === undefined))
    throw new CommandError(exitCode.usage, "--cert and --key go together");
  const served = env["KM_TLS_CERT_FILE"];
  if (!tls && ca === undefined && cert === undefined && !served) return undefined;
  const trusted = ca ?? served;
  const own = cert === undefined || key === undefined ? undefined : { cert: read(cert), key: read(key) };
  return { ca: trusted ? read(trusted) : undefined, own, serverName: served ? nameIn(read(served)) : undefined };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandError(exitCode.usage, `${file} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** The first name that a certificate is good for. */
function nameIn(pem: Buffer): string | undefined {
  return /(?:DNS|IP Address):([^,\s]+)/.exec(new X509Certificate(pem).subjectAltName ?? "")?.[1];
}
