import { Buffer } from "node:buffer";
import type { Result, Session } from "neo4j-driver";
import { Fault } from "../../../domain/mod.ts";
import type { CypherAnswer, CypherQueries, CypherQuestion } from "../../../ports/mod.ts";
import { Connection, type ConnectionConfig } from "../connection.ts";
import { cypherFault, explaining, tooSlow } from "./cypher-fault.ts";
import { onlyReads } from "./plan.ts";
import { type Allowed, scanStatement } from "./scan.ts";
import { toJson, toParameter } from "./values.ts";
import { limitWire, type WireLimit } from "./wire-limit.ts";

export interface CypherConfig {
  /** Of the database; another one than the graph's where that may be told what it may do. */
  readonly user: string;
  readonly password: string;
  /** How long a statement may take, ms. */
  readonly timeoutMs: number;
  /** Procedures and functions by name; `subqueries` for `CALL { … }`. */
  readonly allow: readonly string[];
}

/**
 * Statements at once. A loop inside an expression (`reduce`) does not look at the clock on Neo4j 5.26: the caller is
 * answered in time, and the statement keeps its place here for as long as the database works at it.
 */
const mostAtOnce = 2;
/** How much later than the database this gives up, ms: so that its own word on the limit comes first. */
const graceMs = 500;
/** Of rows as they are sent on: a gRPC client takes 4 MiB a message unless told otherwise. */
const mostBytes = 3 * 1_048_576;
/** Of what the database sends: 3 MiB of JSON are less than this, and taking it apart blocks for tenths of a second. */
const mostWireBytes = 8 * 1_048_576;
/** Rows the database sends ahead; each may be large. */
const fetchSize = 20;

/**
 * Statements of callers' own: scanned, explained by the database and held to that, run in a transaction that may only
 * read and ends in time, and cut where the answer is too large.
 */
export function openCypher(server: ConnectionConfig, config: CypherConfig): CypherQueries & { close(): Promise<void> } {
  const { user, password } = config;
  const driver = { disableLosslessIntegers: false, useBigInt: true, fetchSize, maxConnectionPoolSize: mostAtOnce + 1 };
  const connection = new Connection({ ...server, user, password, driver });
  const allowed: Allowed = new Set(config.allow);
  let running = 0;
  return {
    close: () => connection.close(),
    async query(question, signal) {
      const statement = scanStatement(question.statement, allowed);
      const asked = { ...question, statement };
      return connection.once(
        "cypher",
        "READ",
        (session) => {
          if (running >= mostAtOnce) throw busy();
          running += 1;
          const work = answer(session, asked, config.timeoutMs, allowed, signal);
          void work
            .catch(() => {})
            .then(() => session.close())
            .catch(() => {})
            .then(() => {
              running -= 1;
            });
          return inTime(work, config.timeoutMs);
        },
        signal,
      );
    },
  };
}

async function answer(
  session: Session,
  { statement, parameters, limit }: CypherQuestion,
  timeoutMs: number,
  allowed: Allowed,
  signal: AbortSignal,
): Promise<CypherAnswer> {
  const values = toParameter(parameters) as Record<string, unknown>;
  try {
    const tx = await session.beginTransaction({ timeout: timeoutMs, metadata: { by: "QueryCypher" } });
    const { summary } = await tx.run(`${explaining}${statement}`, values);
    onlyReads(summary, allowed);
    const wire = await limitWire(tx, mostWireBytes);
    try {
      return await gather(tx.run(statement, values), limit, wire, signal);
    } finally {
      wire.end();
    }
  } catch (error) {
    throw cypherFault(error, timeoutMs);
  }
}

async function gather(result: Result, limit: number, wire: WireLimit, signal: AbortSignal): Promise<CypherAnswer> {
  const rows: string[] = [];
  let columns: readonly string[] = [];
  let bytes = 0;
  let truncated = false;
  try {
    columns = await result.keys();
    for await (const record of result) {
      if (rows.length === limit || signal.aborted) truncated = true;
      else {
        const row = JSON.stringify([...record.values()].map((value) => toJson(value)));
        bytes += Buffer.byteLength(row);
        if (bytes > mostBytes) truncated = true;
        else rows.push(row);
      }
      if (truncated) break;
    }
  } catch (error) {
    if (!wire.passed) throw error;
    truncated = true;
  }
  if (truncated && rows.length === 0)
    throw new Fault("exhausted", `one row of the answer is larger than ${mostBytes} bytes: return less`, {
      reason: "CYPHER_TOO_LARGE",
    });
  return { columns, rows, truncated };
}

/** The database ends what takes too long; should it not answer either, the caller is answered all the same. */
function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooSlow(timeoutMs)), timeoutMs + graceMs);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function busy(): Fault {
  return new Fault("exhausted", `${mostAtOnce} statements run already: try again when one has ended`, {
    reason: "CYPHER_BUSY",
    retryAfterMs: 1_000,
  });
}
