import { type Channel, type Client, createChannel, createClientFactory, Metadata } from "nice-grpc";
import { AuditServiceDefinition } from "../../gen/knowledge/v1/audit_service.ts";
import { GraphServiceDefinition } from "../../gen/knowledge/v1/graph_service.ts";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";

export interface Clients {
  readonly address: string;
  readonly search: Client<SearchServiceDefinition>;
  readonly graph: Client<GraphServiceDefinition>;
  readonly ingest: Client<IngestServiceDefinition>;
  readonly audit: Client<AuditServiceDefinition>;
  close(): void;
}

/** Stubs on one channel for the command's whole life. `token` is sent with every call. */
export function openClients(address: string, token: string | undefined): Clients {
  const channel: Channel = createChannel(address);
  const metadata = Metadata(token ? { authorization: `Bearer ${token}` } : {});
  const factory = createClientFactory();
  const defaults = { "*": { metadata } };
  return {
    address,
    search: factory.create(SearchServiceDefinition, channel, defaults),
    graph: factory.create(GraphServiceDefinition, channel, defaults),
    ingest: factory.create(IngestServiceDefinition, channel, defaults),
    audit: factory.create(AuditServiceDefinition, channel, defaults),
    close: () => channel.close(),
  };
}
