import { ClientError, Status } from "nice-grpc-common";
import type { GatewayConfig } from "../config/mod.ts";
import type { Gateway } from "../main.ts";
import { clientTls } from "./client-tls.ts";
import { type Clients, openClients } from "./clients.ts";
import { followRun, runLine } from "./ingest-progress.ts";
import { standardOutput } from "./output.ts";

/** For a person at a terminal: follows the first index, then says what there is and what to try. */
export async function guide(gateway: Gateway, config: GatewayConfig, ended: Promise<unknown>): Promise<void> {
  const output = standardOutput(false);
  const stopped = new AbortController();
  ended.then(
    () => stopped.abort(),
    () => stopped.abort(),
  );
  output.out(`serving gRPC on ${gateway.address}, metrics on http://${gateway.metricsAddress}/metrics`);
  const clients = openClients(gateway.address, config.tokens.adminToken?.reveal(), guideTls(config));
  try {
    const open = await mayAsk(firstIndex(clients, output, stopped.signal));
    if (!stopped.signal.aborted) output.out(suggestions(gateway.address, !open || config.edge.authRequired));
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    clients.close();
  }
}

/** False where tokens are wanted and none is at hand: then nobody is told of the first index. */
async function mayAsk(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    // Unavailable: the gateway wants a certificate of its callers.
    if (error.code === Status.UNAUTHENTICATED || error.code === Status.UNAVAILABLE) return false;
    throw error;
  }
}

function guideTls({ edge: { tls } }: GatewayConfig) {
  return tls && clientTls({}, { KM_TLS_CERT_FILE: tls.certFile });
}

async function firstIndex(clients: Clients, output: ReturnType<typeof standardOutput>, signal: AbortSignal) {
  const { sources } = await clients.ingest.listSources({}, { signal });
  for (const source of sources) {
    if (!source.lastRun) continue;
    const run = await followRun(clients, source.lastRun.runId, output, signal);
    output.out(runLine(run));
  }
}

function suggestions(address: string, authenticated: boolean): string {
  const question = "where is the configuration read?";
  const body = JSON.stringify({ query: question, page_size: 3 });
  const header = authenticated ? `-H "authorization: Bearer $KM_TOKEN" ` : "";
  return [
    "",
    `Ask it something (Ctrl-C stops the gateway)${authenticated ? "; KM_TOKEN holds one of your tokens" : ""}:`,
    `  npm exec gateway -- search "${question}"`,
    `  grpcurl -plaintext ${header}-d '${body}' ${address} knowledge.v1.SearchService/Search`,
    `  npm exec buf -- curl --protocol grpc --http2-prior-knowledge ${header}-d '${body}' http://${address}/knowledge.v1.SearchService/Search`,
  ].join("\n");
}
