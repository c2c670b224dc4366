import neo4j, { type Config, type Driver, type ManagedTransaction, type Session } from "neo4j-driver";
import { aborted, Fault } from "../../domain/mod.ts";
import type { Meter } from "../../ports/mod.ts";
import { neo4jFault } from "./neo4j-fault.ts";

export interface ConnectionConfig {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  /** "": the user's home database. */
  readonly database: string;
  readonly meter: Meter;
  readonly limits?: Partial<Limits>;
  /** How the driver differs from that of the graph itself. */
  readonly driver?: Pick<Config, "useBigInt" | "disableLosslessIntegers" | "fetchSize" | "maxConnectionPoolSize">;
}

export interface Limits {
  /** Of one reading transaction, ms: far above the slowest that serves an agent. */
  readonly readMs: number;
  /** Of one writing transaction, ms: a batch on a busy server. */
  readonly writeMs: number;
  /** How long a transaction that failed in passing is tried again, ms: long enough for a server to restart. */
  readonly retryMs: number;
}

const usualLimits: Limits = { readMs: 15_000, writeMs: 120_000, retryMs: 20_000 };

/** A row of an answer, by its columns. */
export type Row = Readonly<Record<string, unknown>>;
export type Parameters = Readonly<Record<string, unknown>>;
/** Runs a statement inside a transaction. */
export type Run = (cypher: string, parameters?: Parameters) => Promise<Row[]>;

/**
 * Transactions with one server: time limits, retries by the driver, faults and metrics. Whatever a transaction does
 * may be done twice: a connection lost while it commits leaves open whether it did.
 */
export class Connection {
  readonly #driver: Driver;
  readonly #config: ConnectionConfig;
  readonly #limits: Limits;
  #closed = false;

  constructor(config: ConnectionConfig) {
    this.#config = config;
    this.#limits = { ...usualLimits, ...config.limits };
    this.#driver = neo4j.driver(config.uri, neo4j.auth.basic(config.user, config.password), {
      // Numbers of ours fit a double: generations are milliseconds.
      disableLosslessIntegers: true,
      maxConnectionPoolSize: 20,
      connectionTimeout: 5_000,
      connectionAcquisitionTimeout: 10_000,
      maxTransactionRetryTime: this.#limits.retryMs,
      userAgent: "knowledge-gateway",
      ...config.driver,
    });
  }

  read<T>(operation: string, work: (run: Run) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { readMs } = this.#limits;
    return this.#within(operation, "READ", signal, (session) =>
      session.executeRead((tx) => work(runIn(tx)), { timeout: readMs }),
    );
  }

  write<T>(operation: string, work: (run: Run) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { writeMs } = this.#limits;
    return this.#within(operation, "WRITE", signal, (session) =>
      session.executeWrite((tx) => work(runIn(tx)), { timeout: writeMs }),
    );
  }

  /** A statement that can't be in a managed transaction, or must not be tried again. */
  once<T>(
    operation: string,
    access: "READ" | "WRITE",
    work: (session: Session) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return this.#within(operation, access, signal, work);
  }

  /** One attempt at asking whether the server is there. */
  probe(signal: AbortSignal): Promise<void> {
    return this.#within("ready", "READ", signal, async (session) => {
      await session.run("RETURN 1", {}, { timeout: 5_000 });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#driver.close();
  }

  throwIfOver(signal: AbortSignal): void {
    if (signal.aborted) throw aborted(signal);
    if (this.#closed) throw new Fault("unavailable", "the graph is closed: the gateway is stopping; try again later");
  }

  async #within<T>(
    operation: string,
    access: "READ" | "WRITE",
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    this.throwIfOver(signal);
    const { database, meter } = this.#config;
    const labels = { backend: "neo4j", operation };
    const began = performance.now();
    const session = this.#driver.session({
      defaultAccessMode: neo4j.session[access],
      ...(database === "" ? {} : { database }),
    });
    let leave = (): void => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(aborted(signal));
      signal.addEventListener("abort", leave);
    });
    try {
      return await Promise.race([work(session), left]);
    } catch (error) {
      const fault = this.#faultOf(error, operation, signal);
      meter.add("km_backend_errors_total", { ...labels, code: fault.code });
      throw fault;
    } finally {
      signal.removeEventListener("abort", leave);
      // Closing ends what still runs on the server; nobody waits for it, and its failure has been told.
      void session.close().catch(() => {});
      meter.observe("km_backend_duration_seconds", labels, (performance.now() - began) / 1_000);
    }
  }

  #faultOf(error: unknown, operation: string, signal: AbortSignal): Fault {
    if (signal.aborted) return aborted(signal);
    if (this.#closed) return new Fault("unavailable", "the graph is closed: the gateway is stopping; try again later");
    return neo4jFault(error, operation);
  }
}

function runIn(tx: ManagedTransaction): Run {
  return async (cypher, parameters = {}) => {
    const { records } = await tx.run(cypher, parameters);
    return records.map((record) => record.toObject() as Row);
  };
}

/** A whole number as Neo4j stores whole numbers: a plain one would arrive as a floating-point number. */
export function whole(value: number): unknown {
  return neo4j.int(value);
}
