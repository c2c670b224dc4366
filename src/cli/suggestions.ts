interface TlsReach {
  readonly certFile: string;
  readonly keyFile: string;
  /** A name the certificate is good for; undefined: it tells none. */
  readonly serverName: string | undefined;
  /** Whether callers need a certificate of their own. */
  readonly mutual: boolean;
}

/** What it takes to reach the gateway. */
export interface Reach {
  /** host:port */
  readonly address: string;
  /** Whether callers show a token. */
  readonly authenticated: boolean;
  /** Absent: plaintext. */
  readonly tls?: TlsReach;
}

/** Three commands to try, as they are typed. */
export function suggestions({ address, authenticated, tls }: Reach): string {
  const question = "where is the configuration read?";
  const body = JSON.stringify({ query: question, page_size: 3 });
  const header = authenticated ? `-H "authorization: Bearer $KM_TOKEN" ` : "";
  const method = "knowledge.v1.SearchService/Search";
  return [
    "",
    `Ask it something (Ctrl-C stops the gateway)${authenticated ? "; KM_TOKEN holds one of your tokens" : ""}:`,
    `  ${ownFiles(tls)}npm exec gateway -- search ${tls?.mutual ? "--cert YOUR.pem --key YOUR.key " : ""}"${question}"`,
    `  grpcurl ${grpcurlTls(tls)}${header}-d '${body}' ${address} ${method}`,
    `  npm exec buf -- curl --protocol grpc ${bufTls(tls)}${header}-d '${body}' ${tls ? "https" : "http"}://${address}/${method}`,
  ].join("\n");
}

/** By the gateway's own settings its certificate is trusted under whatever name it has, see `clientTls`. */
function ownFiles(tls: TlsReach | undefined): string {
  return tls === undefined ? "" : `KM_TLS_CERT_FILE=${tls.certFile} KM_TLS_KEY_FILE=${tls.keyFile} `;
}

function grpcurlTls(tls: TlsReach | undefined): string {
  if (tls === undefined) return "-plaintext ";
  const name = tls.serverName === undefined ? "" : `-authority ${tls.serverName} `;
  return `-cacert ${tls.certFile} ${name}${tls.mutual ? "-cert YOUR.pem -key YOUR.key " : ""}`;
}

function bufTls(tls: TlsReach | undefined): string {
  if (tls === undefined) return "--http2-prior-knowledge ";
  const name = tls.serverName === undefined ? "" : `--servername ${tls.serverName} `;
  return `--cacert ${tls.certFile} ${name}${tls.mutual ? "--cert YOUR.pem --key YOUR.key " : ""}`;
}
