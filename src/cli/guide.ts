import { ClientError, Status } from "nice-grpc-common";
import type { GatewayConfig } from "../config/mod.ts";
import type { Gateway } from "../main.ts";
import { clientTls } from "./client-tls.ts";
import { type Clients, openClients } from "./clients.ts";
import { followRun, runLine } from "./ingest-progress.ts";
import { standardOutput } from "./output.ts";
import { suggestions } from "./suggestions.ts";

/** For a person at a terminal: follows the first index, then says what there is and what to try. */
export async function guide(gateway: Gateway, config: GatewayConfig, ended: Promise<unknown>): Promise<void> {
  const output = standardOutput(false);
  const stopped = new AbortController();
  ended.then(
    () => stopped.abort(),
    () => stopped.abort(),
  );
  output.out(`serving gRPC on ${gateway.address}, metrics on http://${gateway.metricsAddress}/metrics`);
  const { tls, authRequired } = config.edge;
  const trusted = tls && clientTls({}, { KM_TLS_CERT_FILE: tls.certFile });
  const clients = openClients(gateway.address, config.tokens.adminToken?.reveal(), trusted);
  try {
    const open = await mayAsk(firstIndex(clients, output, stopped.signal));
    const shown = tls && { ...tls, serverName: trusted?.serverName, mutual: tls.clientCaFile !== undefined };
    const reach = { address: gateway.address, authenticated: !open || authRequired, ...(shown && { tls: shown }) };
    if (!stopped.signal.aborted) output.out(suggestions(reach));
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

async function firstIndex(clients: Clients, output: ReturnType<typeof standardOutput>, signal: AbortSignal) {
  const { sources } = await clients.ingest.listSources({}, { signal });
  for (const source of sources) {
    if (!source.lastRun) continue;
    const run = await followRun(clients, source.lastRun.runId, output, signal);
    output.out(runLine(run));
  }
}
