import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { SecureContextOptions, SecureVersion } from "node:tls";
import { ServerCredentials } from "@grpc/grpc-js";
import { Fault } from "../domain/mod.ts";
import type { Clock, Log } from "../ports/mod.ts";
import type { Timers } from "./timers.ts";

/** Paths, as the configuration has them. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Set: callers must show a certificate that one of these signed. */
  readonly clientCaFile: string | undefined;
}

export interface TlsParts {
  readonly timers: Timers;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

export interface Tls {
  readonly credentials: ServerCredentials;
  /** Looks at the files no more. */
  close(): void;
}

/** How often the files are looked at, ms: notifications miss what is swapped by links, as orchestrators do. */
export const tlsLookMs = 2_000;
/** Older versions have known weaknesses, and no gRPC client needs them. */
const minVersion: SecureVersion = "TLSv1.2";

/**
 * Credentials of the files, taken over anew whenever they change: connections that are open stay as they are, new
 * ones get the new certificate. What can't be used is told, and the former goes on.
 * @throws Fault precondition for files that can't be used, by the variable that names them.
 */
export function openTls(files: TlsFiles, { timers, clock, log }: TlsParts): Tls {
  let stamp = stampOf(files);
  const credentials = new FileCredentials(readTls(files, clock.now()), files.clientCaFile !== undefined);
  let refusedStamp = "";
  let cancel = () => {};

  function look(): void {
    const seen = stampOf(files);
    if (seen !== stamp) {
      try {
        credentials.replace(readTls(files, clock.now()));
        stamp = seen;
        log.info({ certificate: files.certFile }, "the TLS certificate was changed: new connections get the new one");
      } catch (error) {
        // Certificate and key change one after the other: only what stays wrong is told.
        if (refusedStamp === seen) {
          log.error({ err: error }, "the changed TLS files can't be used: the former certificate goes on");
          stamp = seen;
        }
        refusedStamp = seen;
      }
    }
    cancel = timers.after(tlsLookMs, look);
  }
  cancel = timers.after(tlsLookMs, look);
  return { credentials, close: () => cancel() };
}

/** grpc-js hands what `replace` is given to its listening sockets. */
class FileCredentials extends ServerCredentials {
  constructor(context: SecureContextOptions, clientsMustShow: boolean) {
    super({ requestCert: clientsMustShow, rejectUnauthorized: clientsMustShow }, context);
  }

  replace(context: SecureContextOptions): void {
    this.updateSecureContextOptions(context);
  }

  _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

/** The files' contents, once they were found to fit each other. */
function readTls({ certFile, keyFile, clientCaFile }: TlsFiles, now: number): SecureContextOptions {
  const cert = read("KM_TLS_CERT_FILE", certFile);
  const key = read("KM_TLS_KEY_FILE", keyFile);
  const certificate = certificateOf("KM_TLS_CERT_FILE", certFile, cert);
  if (Date.parse(certificate.validTo) <= now)
    throw wrong("KM_TLS_CERT_FILE", certFile, `expired on ${certificate.validTo}; renew it`);
  if (Date.parse(certificate.validFrom) > now)
    throw wrong(
      "KM_TLS_CERT_FILE",
      certFile,
      `is not valid before ${certificate.validFrom}; is this machine's clock right?`,
    );
  if (!certificate.checkPrivateKey(keyOf(keyFile, key)))
    throw wrong("KM_TLS_KEY_FILE", keyFile, `is not the key of the certificate in ${certFile} (KM_TLS_CERT_FILE)`);
  if (clientCaFile === undefined) return { cert, key, minVersion };
  const ca = read("KM_TLS_CLIENT_CA_FILE", clientCaFile);
  const authority = certificateOf("KM_TLS_CLIENT_CA_FILE", clientCaFile, ca);
  if (!authority.ca) throw wrong("KM_TLS_CLIENT_CA_FILE", clientCaFile, "holds no certificate authority's certificate");
  if (Date.parse(authority.validTo) <= now)
    throw wrong("KM_TLS_CLIENT_CA_FILE", clientCaFile, `expired on ${authority.validTo}; renew it`);
  return { cert, key, ca, minVersion };
}

function read(variable: string, file: string): Uint8Array<ArrayBuffer> & ReturnType<typeof readFileSync> {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw wrong(variable, file, "can't be read; is the path right, and may this user read it?", cause);
  }
}

function certificateOf(variable: string, file: string, bytes: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw wrong(variable, file, "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", cause);
  }
}

function keyOf(file: string, bytes: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: bytes as never, format: "pem" });
  } catch (cause) {
    throw wrong("KM_TLS_KEY_FILE", file, "holds no unencrypted private key in PEM form", cause);
  }
}

function wrong(variable: string, file: string, why: string, cause?: unknown): Fault {
  return new Fault("precondition", `${variable}: ${file} ${why}`, { reason: "TLS_FILES", cause });
}

/** Changes when a file does; links are followed. */
function stampOf(files: TlsFiles): string {
  const paths = [files.certFile, files.keyFile, files.clientCaFile].filter((path) => path !== undefined);
  return paths
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? "none" : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}`;
    })
    .join(" ");
}
