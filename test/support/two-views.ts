import { type Client, ClientError, createChannel, createClientFactory, Metadata } from "nice-grpc";
import { errorDetailsClientMiddleware, RichClientError } from "nice-grpc-error-details";
import { HealthDefinition } from "../../gen/grpc/health/v1/health.ts";
import { AuditServiceDefinition } from "../../gen/knowledge/v1/audit_service.ts";
import { GraphServiceDefinition } from "../../gen/knowledge/v1/graph_service.ts";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";

/** Stubs of every service, under one token. */
export interface View {
  readonly search: Client<SearchServiceDefinition>;
  readonly graph: Client<GraphServiceDefinition>;
  readonly ingest: Client<IngestServiceDefinition>;
  readonly audit: Client<AuditServiceDefinition>;
  readonly health: Client<HealthDefinition>;
  close(): void;
}

export function openView(address: string, token: string): View {
  const channel = createChannel(address);
  const defaults = { "*": { metadata: Metadata({ authorization: `Bearer ${token}` }) } };
  const factory = createClientFactory().use(errorDetailsClientMiddleware);
  return {
    search: factory.create(SearchServiceDefinition, channel, defaults),
    graph: factory.create(GraphServiceDefinition, channel, defaults),
    ingest: factory.create(IngestServiceDefinition, channel, defaults),
    audit: factory.create(AuditServiceDefinition, channel, defaults),
    health: factory.create(HealthDefinition, channel, defaults),
    close: () => channel.close(),
  };
}

/** What an answer says that is of its gateway and its moment, whatever it can see: ids, times, hashes, actors. */
const ofTheMoment = new Set([
  "actor",
  "commitsBehind",
  "finishedAt",
  "generation",
  "generatedAt",
  "hash",
  "headHash",
  "indexedAt",
  "lastRunAt",
  "nextRunAt",
  "peer",
  "previousHash",
  "recordedAt",
  "reportId",
  "requestId",
  "request_id",
  "runId",
  "searchRequestId",
  "sequence",
  "stages",
  "startedAt",
  "startedSequence",
  "took",
]);

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** An answer with all that is of the moment made equal; whether there is a next page stays. */
export function timeless(value: unknown): unknown {
  if (typeof value === "string") return value.replace(uuid, "<id>").replace(/\b\d{13,}\b/g, "<generation>");
  if (value instanceof Date || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => {
    if (key === "nextPageToken") return [key, member === "" ? "" : "<page>"];
    if (ofTheMoment.has(key)) return [key, member === undefined || member === 0 || member === "" ? member : "<moment>"];
    return [key, timeless(member)];
  });
  return Object.fromEntries(members);
}

/** What became of a call: its answer, pages and all, or its status, its words and its details. */
export async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return timeless(await call());
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const extra = error instanceof RichClientError ? error.extra : [];
    return timeless({ code: error.code, details: error.details, extra });
  }
}

interface Paged {
  readonly nextPageToken: string;
}

/** Up to four pages of a list. */
export async function pages<Request extends object, Reply extends Paged>(
  list: (request: Request & { pageToken: string }) => Promise<Reply>,
  request: Request,
): Promise<Reply[]> {
  const found: Reply[] = [];
  let pageToken = "";
  do {
    const page = await list({ ...request, pageToken });
    found.push(page);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && found.length < 4);
  return found;
}

/** All that a stream of batches says until it ends, or until `enough` says so. */
export async function gathered<T>(stream: AsyncIterable<T>, enough: (all: readonly T[]) => boolean): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) {
    all.push(one);
    if (enough(all)) break;
  }
  return all;
}
