import { ChannelCredentials, createChannel, createClientFactory, Metadata } from "nice-grpc";
import { errorDetailsClientMiddleware } from "nice-grpc-error-details";
import { GraphServiceDefinition } from "../../../gen/knowledge/v1/graph_service.ts";
import { IngestServiceDefinition } from "../../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../../gen/knowledge/v1/search_service.ts";

const seconds = (ms: number) => `${ms / 1_000}s`;

/** Clients on one channel: open them once in the life of the program, and close them at its end. */
export function openKnowledge(address: string, token: string, deadlineMs = 10_000) {
  // What asks is tried again by the channel itself, with pauses that grow, and only when the gateway said UNAVAILABLE:
  // nothing was done. The deadline is for all attempts together, and the gateway is told of it.
  const retryPolicy = {
    maxAttempts: 4,
    initialBackoff: "0.1s",
    maxBackoff: "2s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["UNAVAILABLE"],
  };
  const asking = [
    { service: "knowledge.v1.SearchService", method: "Search" },
    { service: "knowledge.v1.SearchService", method: "GetArtifact" },
    { service: "knowledge.v1.GraphService" },
  ];
  // A stream lasts as long as what it follows; a second start would be a second run, so neither is tried again.
  const starting = [{ service: "knowledge.v1.IngestService", method: "StartIngest" }];
  const methodConfig = [
    { name: asking, timeout: seconds(deadlineMs), retryPolicy },
    { name: starting, timeout: seconds(deadlineMs) },
  ];
  // Where the gateway speaks TLS: ChannelCredentials.createSsl().
  const channel = createChannel(address, ChannelCredentials.createInsecure(), {
    "grpc.service_config": JSON.stringify({ methodConfig }),
  });
  const metadata = Metadata({ authorization: `Bearer ${token}` });
  const clients = createClientFactory().use(errorDetailsClientMiddleware);
  return {
    search: clients.create(SearchServiceDefinition, channel, { "*": { metadata } }),
    graph: clients.create(GraphServiceDefinition, channel, { "*": { metadata } }),
    ingest: clients.create(IngestServiceDefinition, channel, { "*": { metadata } }),
    close: () => channel.close(),
  };
}
