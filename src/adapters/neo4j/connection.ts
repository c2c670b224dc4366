import neo4j, { type Config, type Driver, isRetryableError, type ManagedTransaction, type Session } from "neo4j-driver";
import { aborted, Fault } from "../../domain/mod.ts";
import { beginErrors, type Meter } from "../../ports/mod.ts";
import { neo4jFault } from "./neo4j-fault.ts";

export interface ConnectionConfig {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  /** "": the user's home database. */
  readonly database: string;
  /** How long what an ingest run asks is tried again where it failed in passing, ms. */
  readonly retryMs: number;
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
  /**
   * How long a reading transaction that failed in passing is tried again, ms: somebody waits for it, with a deadline
   * of 10 s unless they set one, and shall hear that the server is away, not that time is up.
   */
  readonly readRetryMs: number;
}

/** All that is ever asked, as metrics and faults name it. */
const operations = [
  "begin",
  "commit",
  "count",
  "cypher",
  "defining",
  "degrees",
  "edges",
  "facts",
  "mentioning",
  "migrate",
  "migrations",
  "nodes",
  "paths",
  "put",
  "ready",
  "search",
  "stage",
  "sweep",
  "take-back",
] as const;

export type Operation = (typeof operations)[number];

const usualLimits: Limits = { readMs: 15_000, writeMs: 120_000, readRetryMs: 2_000 };

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
    beginErrors(config.meter, "neo4j", operations);
    this.#limits = { ...usualLimits, ...config.limits };
    this.#driver = neo4j.driver(config.uri, neo4j.auth.basic(config.user, config.password), {
      // Numbers of ours fit a double: generations are milliseconds.
      disableLosslessIntegers: true,
      maxConnectionPoolSize: 20,
      // Both less than what a call without a deadline gets: a host that does not answer is told as such.
      connectionTimeout: 3_000,
      connectionAcquisitionTimeout: 6_000,
      maxTransactionRetryTime: Math.min(this.#limits.readRetryMs, config.retryMs),
      userAgent: "knowledge-gateway",
      ...config.driver,
    });
  }

  /** For somebody who waits for the answer. */
  read<T>(operation: Operation, work: (run: Run) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#within(operation, "READ", signal, (session) => this.#reading(session, work));
  }

  /** For an ingest run. */
  patientRead<T>(operation: Operation, work: (run: Run) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#within(operation, "READ", signal, (session) =>
      this.#patiently(() => this.#reading(session, work), signal),
    );
  }

  write<T>(operation: Operation, work: (run: Run) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { writeMs } = this.#limits;
    return this.#within(operation, "WRITE", signal, (session) =>
      this.#patiently(() => session.executeWrite((tx) => work(runIn(tx)), { timeout: writeMs }), signal),
    );
  }

  #reading<T>(session: Session, work: (run: Run) => Promise<T>): Promise<T> {
    return session.executeRead((tx) => work(runIn(tx)), { timeout: this.#limits.readMs });
  }

  /** The driver tries for as long as somebody waits, with growing pauses; this goes on for as long as a run does. */
  async #patiently<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const began = performance.now();
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const over = performance.now() - began >= this.#config.retryMs;
        if (over || this.#closed || signal.aborted || !passing(error)) throw error;
      }
    }
  }

  /** A statement that can't be in a managed transaction, or must not be tried again. */
  once<T>(
    operation: Operation,
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
    operation: Operation,
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

  #faultOf(error: unknown, operation: Operation, signal: AbortSignal): Fault {
    if (signal.aborted) return aborted(signal);
    if (this.#closed) return new Fault("unavailable", "the graph is closed: the gateway is stopping; try again later");
    return neo4jFault(error, operation);
  }
}

/** Also where all connections were taken for long: the driver does not try again then. */
function passing(error: unknown): boolean {
  return isRetryableError(error as Error) || /acquisition timed out/i.test(String(error));
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
