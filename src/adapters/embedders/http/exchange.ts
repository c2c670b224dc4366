import { aborted, Fault } from "../../../domain/mod.ts";
import type { Clock, Meter, Tracer } from "../../../ports/mod.ts";
import { ExchangeError, type Failure, retryAfter, statusFailure, trouble } from "./http-failure.ts";
import { readJson } from "./read-json.ts";
import type { TokenBucket } from "./token-bucket.ts";

export interface ExchangeConfig {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly meter: Meter;
  /** What each request carries of the caller's trace; undefined: tracing is off. */
  readonly traceHeaders: Tracer["headers"] | undefined;
  readonly bucket: TokenBucket;
  /** How it is called in messages. */
  readonly what: string;
  /** The prefix of its variables, for remedies. */
  readonly setting: string;
}

/** How long, and how often, one request is tried. */
export interface Patience {
  /** Of one attempt, ms. */
  readonly attemptMs: number;
  readonly attempts: number;
  /** Before the second attempt, ms; each later wait is three times as long. */
  readonly firstWaitMs: number;
  /** A server that asks for a longer pause than this is given up on, ms. */
  readonly longestWaitMs: number;
}

/** Exchanges of JSON with one server: turns, time limits, retries, faults and metrics. */
export class Exchange {
  readonly #config: ExchangeConfig;
  readonly #closing = new AbortController();
  #trouble = "";

  constructor(config: ExchangeConfig) {
    this.#config = config;
  }

  /** Why the last request that ended failed; "" when it did not. */
  get trouble(): string {
    return this.#trouble;
  }

  close(): void {
    this.#closing.abort();
  }

  /** Posts until `read` takes the answer. @throws Fault `unavailable`, `cancelled`, `deadline` */
  async post<T>(
    operation: string,
    body: unknown,
    limit: number,
    read: (answer: unknown) => T,
    patience: Patience,
    signal: AbortSignal,
  ): Promise<T> {
    const payload = JSON.stringify(body);
    for (let attempt = 1; ; attempt++) {
      this.throwIfOver(signal);
      try {
        await this.#config.bucket.take(signal);
        const result = await this.#attempt(operation, payload, limit, read, patience.attemptMs, signal);
        this.#trouble = "";
        return result;
      } catch (error) {
        this.throwIfOver(signal);
        const { fault, retry } = this.#failure(error, patience.attemptMs);
        this.#trouble = fault.message;
        const wait = fault.retryAfterMs ?? patience.firstWaitMs * 3 ** (attempt - 1);
        if (!retry || attempt >= patience.attempts || wait > patience.longestWaitMs) throw fault;
        // Who is told to slow down slows all down; a failure of one request holds up that one alone.
        if (fault.retryAfterMs !== undefined) this.#config.bucket.pause(wait);
        else await this.#config.clock.sleep(wait, signal);
      }
    }
  }

  throwIfOver(signal: AbortSignal): void {
    if (signal.aborted) throw aborted(signal);
    if (this.#closing.signal.aborted) {
      throw new Fault("unavailable", `${this.#config.what} is let go of: the gateway is stopping; try again later`);
    }
  }

  async #attempt<T>(
    operation: string,
    payload: string,
    limit: number,
    read: (answer: unknown) => T,
    attemptMs: number,
    signal: AbortSignal,
  ): Promise<T> {
    const { url, apiKey, meter, traceHeaders, clock, what, setting } = this.#config;
    const labels = { backend: "embedder", operation };
    const began = performance.now();
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new DOMException("too slow", "TimeoutError")), attemptMs);
    const abort = (): void => controller.abort();
    signal.addEventListener("abort", abort);
    this.#closing.signal.addEventListener("abort", abort);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json",
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
          ...traceHeaders?.(),
        },
        body: payload,
        signal: controller.signal,
        // A redirect would carry passages, and on the same host the key, where nobody sent them.
        redirect: "manual",
      });
      if (!response.ok) {
        await response.body?.cancel().catch(() => {});
        throw statusFailure(
          what,
          response.status,
          retryAfter(response.headers.get("retry-after"), clock.now()),
          setting,
        );
      }
      return read(await readJson(response, limit, what));
    } catch (error) {
      const code = signal.aborted ? "cancelled" : this.#failure(error, attemptMs).fault.code;
      meter.add("km_backend_errors_total", { ...labels, code });
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      this.#closing.signal.removeEventListener("abort", abort);
      meter.observe("km_backend_duration_seconds", labels, (performance.now() - began) / 1_000);
    }
  }

  #failure(error: unknown, attemptMs: number): Failure {
    const { what, setting } = this.#config;
    if (error instanceof ExchangeError) return error.failure;
    if (error instanceof Fault) return { fault: error, retry: false };
    const name = error instanceof Error ? error.name : "";
    if (name === "TimeoutError" || name === "AbortError") {
      return trouble(what, `did not answer within ${attemptMs} ms`, true, { cause: error }).failure;
    }
    return trouble(what, `can't be reached: check ${setting}_URL and the server`, true, { cause: error }).failure;
  }
}
