import type { Buffer } from "node:buffer";
import { type Channel, ChannelCredentials, type Client, createChannel, createClientFactory, Metadata } from "nice-grpc";
import { AuditServiceDefinition } from "../../gen/knowledge/v1/audit_service.ts";
import { GraphServiceDefinition } from "../../gen/knowledge/v1/graph_service.ts";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";

/** How to speak TLS to a gateway. */
export interface ClientTls {
  /** PEM of what is trusted; undefined: what the runtime trusts. */
  readonly ca: Buffer | undefined;
  /** The caller's own certificate and key, where the gateway wants one. */
  readonly own: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** The name that the gateway's certificate has, when it is not the address. */
  readonly serverName: string | undefined;
}

export interface Clients {
  readonly address: string;
  readonly search: Client<SearchServiceDefinition>;
  readonly graph: Client<GraphServiceDefinition>;
  readonly ingest: Client<IngestServiceDefinition>;
  readonly audit: Client<AuditServiceDefinition>;
  close(): void;
}

/** Stubs on one channel for the command's whole life. `token` is sent with every call. */
export function openClients(address: string, token: string | undefined, tls?: ClientTls): Clients {
  const channel: Channel = tls === undefined ? createChannel(address) : secureChannel(address, tls);
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

function secureChannel(address: string, { ca, own, serverName }: ClientTls): Channel {
  const credentials = ChannelCredentials.createSsl(ca, own?.key, own?.cert);
  return createChannel(
    address,
    credentials,
    serverName === undefined ? {} : { "grpc.ssl_target_name_override": serverName },
  );
}
