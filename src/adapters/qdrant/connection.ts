import { QdrantClient } from "@qdrant/js-client-rest";
import { aborted, Fault } from "../../domain/mod.ts";
import { beginErrors, type Clock, type Meter, type Tracer } from "../../ports/mod.ts";
import { attemptSignal } from "./attempt-signal.ts";
import { type Failure, failureOf, malformed } from "./qdrant-fault.ts";

export type Api = ReturnType<QdrantClient["api"]>;

export interface ConnectionConfig {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly meter: Meter;
  readonly limits?: Partial<Limits>;
  /** What each request carries of the caller's trace; undefined: tracing is off. */
  readonly traceHeaders?: Tracer["headers"] | undefined;
}

export interface Limits {
  /** Of one attempt at a question, ms: far above the slowest that serves an agent. */
  readonly readMs: number;
  /** Of one attempt at a write, ms: a batch that waits for its index on a busy server. */
  readonly writeMs: number;
  readonly attempts: number;
  /** Before the second attempt, ms; each later wait is four times as long. */
  readonly firstWaitMs: number;
  /** A server that asks for a longer pause than this is given up on, ms. */
  readonly longestWaitMs: number;
}

/** All that is ever asked, as metrics and faults name it. */
const operations = [
  "collection",
  "collection exists",
  "collections",
  "count",
  "create collection",
  "create payload index",
  "query",
  "retrieve",
  "scroll",
  "update",
] as const;

type Operation = (typeof operations)[number];

const usualLimits: Limits = {
  readMs: 10_000,
  writeMs: 60_000,
  attempts: 4,
  firstWaitMs: 100,
  longestWaitMs: 10_000,
};

type Send<T> = (api: Api, init: RequestInit) => Promise<{ readonly data: { readonly result?: T } }>;

/** Exchanges with one server: time limits, retries, faults and metrics. Everything sent may be sent twice. */
export class Connection {
  readonly #api: Api;
  readonly #config: ConnectionConfig;
  readonly #limits: Limits;
  readonly #closing = new AbortController();

  constructor(config: ConnectionConfig) {
    this.#config = config;
    beginErrors(config.meter, "qdrant", operations);
    this.#limits = { ...usualLimits, ...config.limits };
    const url = new URL(config.url);
    this.#api = new QdrantClient({
      url: url.origin,
      port: portOf(config.url, url),
      ...(url.pathname === "/" ? {} : { prefix: url.pathname.replace(/\/+$/, "") }),
      // As a header: given as `apiKey`, the client writes to the console about plain HTTP.
      ...(config.apiKey === undefined ? {} : { headers: { "api-key": config.apiKey } }),
      // Not finite: the client then leaves the signal of each call alone. Time limits are ours, by attempt.
      timeout: Number.POSITIVE_INFINITY,
      checkCompatibility: false,
    }).api();
  }

  read<T>(operation: Operation, send: Send<T>, signal: AbortSignal): Promise<T> {
    return this.#call(operation, this.#limits.readMs, send, signal);
  }

  write<T>(operation: Operation, send: Send<T>, signal: AbortSignal): Promise<T> {
    return this.#call(operation, this.#limits.writeMs, send, signal);
  }

  close(): void {
    this.#closing.abort();
  }

  /** One attempt: for asking whether the server is there. */
  async probe<T>(operation: Operation, send: Send<T>, signal: AbortSignal): Promise<T> {
    const { readMs } = this.#limits;
    try {
      return await this.#attempt(operation, readMs, send, signal);
    } catch (error) {
      this.#throwIfOver(signal);
      throw asFailure(error, operation, readMs).fault;
    }
  }

  async #call<T>(operation: Operation, limitMs: number, send: Send<T>, signal: AbortSignal): Promise<T> {
    const { attempts, firstWaitMs, longestWaitMs } = this.#limits;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(operation, limitMs, send, signal);
      } catch (error) {
        this.#throwIfOver(signal);
        const { fault, retry } = asFailure(error, operation, limitMs);
        const wait = Math.max(fault.retryAfterMs ?? 0, firstWaitMs * 4 ** (attempt - 1));
        if (!retry || attempt === attempts || wait > longestWaitMs) throw fault;
        const pause = attemptSignal(longestWaitMs * 2, signal, this.#closing.signal);
        await this.#config.clock.sleep(wait, pause.signal).catch(() => {});
        pause.release();
      }
    }
  }

  async #attempt<T>(operation: Operation, limitMs: number, send: Send<T>, signal: AbortSignal): Promise<T> {
    this.#throwIfOver(signal);
    const labels = { backend: "qdrant", operation };
    const began = performance.now();
    const within = attemptSignal(limitMs, signal, this.#closing.signal);
    try {
      const { traceHeaders } = this.#config;
      const init = { signal: within.signal, ...(traceHeaders && { headers: traceHeaders() }) };
      const { data } = await send(this.#api, init);
      if (data?.result === undefined || data.result === null) throw malformed(operation);
      return data.result;
    } catch (error) {
      const code = signal.aborted ? "cancelled" : asFailure(error, operation, limitMs).fault.code;
      this.#config.meter.add("km_backend_errors_total", { ...labels, code });
      throw error;
    } finally {
      within.release();
      this.#config.meter.observe("km_backend_duration_seconds", labels, (performance.now() - began) / 1_000);
    }
  }

  #throwIfOver(signal: AbortSignal): void {
    if (signal.aborted) throw aborted(signal);
    if (this.#closing.signal.aborted) {
      throw new Fault("unavailable", "the index is closed: the gateway is stopping; try again later");
    }
  }
}

function asFailure(error: unknown, operation: Operation, limitMs: number): Failure {
  return error instanceof Fault ? { fault: error, retry: false } : failureOf(error, operation, limitMs);
}

/** Qdrant's own port unless the URL names one; a scheme's usual port vanishes from a parsed URL, so the text is asked. */
function portOf(text: string, { port, protocol }: URL): number {
  if (port !== "") return Number(port);
  const named = /^https?:\/\/(?:[^/?#@]*@)?(?:\[[^\]]*\]|[^/:?#]*):\d/i.test(text);
  if (!named) return 6_333;
  return protocol === "https:" ? 443 : 80;
}
