import type { ServerCredentials } from "@grpc/grpc-js";
import { type Channel, type ChannelOptions, createChannel, createClientFactory, Metadata } from "nice-grpc";
import { HealthDefinition } from "../../gen/grpc/health/v1/health.ts";
import { AuditServiceDefinition } from "../../gen/knowledge/v1/audit_service.ts";
import { GraphServiceDefinition } from "../../gen/knowledge/v1/graph_service.ts";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import { envTokenStore, memoryQuota, type QuotaConfig } from "../../src/adapters/memory/mod.ts";
import { Fault } from "../../src/domain/mod.ts";
import {
  type EdgeServer,
  type Limits,
  limits,
  loadPolicies,
  openServer,
  type ReflectionMode,
  realTimers,
  type Timers,
} from "../../src/edge/mod.ts";
import type {
  AuditLedger,
  Clock,
  Fields,
  Labels,
  Log,
  Random,
  ServiceBinding,
  Telemetry,
  TokenStore,
} from "../../src/ports/mod.ts";

export const readerToken = "kg_reader_0123456789abcdefghijklmnopqrstuvwxyz";
export const adminToken = "kg_admin_0123456789abcdefghijklmnopqrstuvwxyzA";

export type Handlers = Readonly<Record<string, unknown>>;

interface AnyDefinition {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, { readonly responseStream: boolean }>>;
}

/** A service whose methods answer UNIMPLEMENTED unless a handler is given. */
export function stubService(definition: AnyDefinition, handlers: Handlers = {}): ServiceBinding {
  const implementation: Record<string, unknown> = {};
  for (const [key, { responseStream }] of Object.entries(definition.methods)) {
    const fault = () => new Fault("unimplemented", `${key} is not built yet`);
    implementation[key] =
      handlers[key] ??
      (responseStream
        ? // biome-ignore lint/correctness/useYield: it refuses before the first message
          async function* () {
            throw fault();
          }
        : async () => {
            throw fault();
          });
  }
  return { definition, implementation };
}

/** A log line as it was written. */
export interface Line {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: Fields;
  readonly message: string;
}

/** Telemetry that remembers. */
export class Recorder implements Telemetry {
  readonly lines: Line[] = [];
  readonly counts = new Map<string, number>();
  readonly spans: string[] = [];
  readonly log: Log = this.#log({});
  readonly meter = {
    add: (name: string, labels: Labels, by = 1) => {
      const key = `${name}${JSON.stringify(labels)}`;
      this.counts.set(key, (this.counts.get(key) ?? 0) + by);
    },
    set: () => {},
    observe: () => {},
  };
  readonly tracer = {
    span: async <T>(name: string, _fields: Fields, work: (span: { attribute(): void }) => Promise<T>) => {
      this.spans.push(name);
      return work({ attribute() {} });
    },
  };

  #log(base: Fields): Log {
    const write = (level: Line["level"]) => (fields: Fields, message: string) =>
      void this.lines.push({ level, fields: { ...base, ...fields }, message });
    return {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
      with: (fields) => this.#log({ ...base, ...fields }),
    };
  }
}

/** Timers that fire when told, by their length in milliseconds. */
export class HandTimers implements Timers {
  readonly #armed = new Set<{ readonly ms: number; readonly fire: () => void }>();
  #waiting: (() => void)[] = [];

  after(ms: number, fire: () => void): () => void {
    const timer = { ms, fire };
    this.#armed.add(timer);
    for (const wake of this.#waiting.splice(0)) wake();
    return () => void this.#armed.delete(timer);
  }

  armed(): number[] {
    return [...this.#armed].map((timer) => timer.ms);
  }

  /** Resolves once a timer of that length is armed. */
  async until(match: (ms: number) => boolean): Promise<void> {
    while (![...this.#armed].some((timer) => match(timer.ms))) {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
  }

  fire(match: (ms: number) => boolean): void {
    for (const timer of [...this.#armed].filter((armed) => match(armed.ms))) {
      this.#armed.delete(timer);
      timer.fire();
    }
  }
}

export interface HarnessOptions {
  /** A free port of 127.0.0.1 when absent. */
  readonly address?: string;
  readonly search?: Handlers;
  readonly graph?: Handlers;
  readonly ingest?: Handlers;
  readonly audit?: Handlers;
  readonly limits?: Partial<Limits>;
  readonly quota?: QuotaConfig;
  readonly authRequired?: boolean;
  /** Wrong tokens a minute from one address; any number when absent. */
  readonly authFailures?: number;
  readonly reflection?: ReflectionMode;
  readonly timers?: Timers;
  /** The machine's when absent. */
  readonly clock?: Clock & Random;
  /** Plaintext when absent. */
  readonly credentials?: ServerCredentials;
  readonly tokens?: TokenStore;
  /** Where refused callers are recorded. */
  readonly ledger?: AuditLedger;
}

export interface Harness {
  readonly server: EdgeServer;
  readonly telemetry: Recorder;
  readonly port: number;
  channel(options?: ChannelOptions): Channel;
  search(token?: string): ReturnType<typeof searchClient>;
  ingest(token?: string): ReturnType<typeof ingestClient>;
  health(): ReturnType<typeof healthClient>;
  /** Closes every channel, then the server. */
  close(): Promise<void>;
}

export const systemClock: Clock & Random = {
  now: () => Date.now(),
  sleep: () => Promise.reject(new Error("no test sleeps")),
  uuid: () => crypto.randomUUID(),
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

const plenty: QuotaConfig = {
  read: { points: 100_000, windowMs: 60_000, burst: 0 },
  manage: { points: 100_000, windowMs: 60_000, burst: 0 },
};

export function metadata(token: string | undefined, more: Record<string, string> = {}): Metadata {
  return Metadata(token === undefined ? more : { ...more, authorization: `Bearer ${token}` });
}

function searchClient(channel: Channel, token: string | undefined) {
  return createClientFactory().create(SearchServiceDefinition, channel, { "*": { metadata: metadata(token) } });
}

function ingestClient(channel: Channel, token: string | undefined) {
  return createClientFactory().create(IngestServiceDefinition, channel, { "*": { metadata: metadata(token) } });
}

function healthClient(channel: Channel) {
  return createClientFactory().create(HealthDefinition, channel);
}

/** A server on a free port of 127.0.0.1 with stub services, both tokens configured and authentication on. */
export async function startEdge(options: HarnessOptions = {}): Promise<Harness> {
  const telemetry = new Recorder();
  const server = await openServer({
    address: options.address ?? "127.0.0.1:0",
    credentials: options.credentials,
    authRequired: options.authRequired ?? true,
    authFailures: options.authFailures ?? 0,
    reflection: options.reflection ?? "open",
    limits: { ...limits, lameDuckMs: 0, ...options.limits },
    transportLog: false,
    policies: await loadPolicies(),
    services: [
      stubService(SearchServiceDefinition, options.search),
      stubService(GraphServiceDefinition, options.graph),
      stubService(IngestServiceDefinition, options.ingest),
      stubService(AuditServiceDefinition, options.audit),
    ],
    tokens: options.tokens ?? envTokenStore({ readerToken, adminToken }),
    quota: memoryQuota(options.quota ?? plenty),
    telemetry,
    clock: options.clock ?? systemClock,
    timers: options.timers ?? realTimers,
    ...(options.ledger ? { ledger: options.ledger } : {}),
  });
  const channels: Channel[] = [];
  const open = (channelOptions?: ChannelOptions) => {
    const channel = createChannel(server.address, undefined, channelOptions);
    channels.push(channel);
    return channel;
  };
  let shared: Channel | undefined;
  const channel = () => {
    shared ??= open();
    return shared;
  };
  return {
    server,
    telemetry,
    port: Number(server.address.slice(server.address.lastIndexOf(":") + 1)),
    channel: open,
    search: (token) => searchClient(channel(), token),
    ingest: (token) => ingestClient(channel(), token),
    health: () => healthClient(channel()),
    async close() {
      for (const each of channels) each.close();
      await server.stop(AbortSignal.timeout(5_000));
    },
  };
}
