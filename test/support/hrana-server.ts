import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import Database from "libsql";

/**
 * A contract server of the libSQL remote protocol (Hrana over HTTP, version 2, JSON): what `@libsql/client` speaks to
 * sqld and Turso, for machines that have no sqld; what passes here is held against a real one too. One connection to one file; no streams are kept between requests, since nothing here uses
 * interactive transactions.
 */
export interface HranaServer {
  readonly url: string;
  close(): Promise<void>;
}

type Value =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "blob"; readonly base64: string };

interface Stmt {
  readonly sql?: string | null;
  /** Of a text that was stored before. */
  readonly sql_id?: number | null;
  readonly args?: readonly Value[];
}

type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly cond: Condition }
  | { readonly type: "and" | "or"; readonly conds: readonly Condition[] }
  | { readonly type: "is_autocommit" };

interface Batch {
  readonly steps: readonly { readonly stmt: Stmt; readonly condition?: Condition | null }[];
}

interface Request {
  readonly type: string;
  readonly stmt?: Stmt;
  readonly batch?: Batch;
  readonly sql?: string;
  readonly sql_id?: number;
}

/** Texts by id, for as long as a pipeline is: clients store what they use in the same one. */
type Texts = Map<number, string>;

function toSql(value: Value): unknown {
  if (value.type === "null") return null;
  if (value.type === "integer") return BigInt(value.value);
  return value.type === "blob" ? Buffer.from(value.base64, "base64") : value.value;
}

function fromSql(value: unknown): Value {
  if (value === null || value === undefined) return { type: "null" };
  if (typeof value === "bigint") return { type: "integer", value: String(value) };
  if (typeof value === "number") return { type: "float", value };
  if (typeof value === "string") return { type: "text", value };
  return { type: "blob", base64: Buffer.from(value as Uint8Array).toString("base64") };
}

function errorOf(error: unknown): { message: string; code: string } {
  const { message, code } = error as { message: string; code?: unknown };
  return { message, code: typeof code === "string" ? code : "UNKNOWN" };
}

/** @param token what a caller must bear */
export async function startHranaServer(file: string, token: string): Promise<HranaServer> {
  const db = new Database(file);

  function execute({ sql, sql_id, args = [] }: Stmt, texts: Texts) {
    const statement = db.prepare(sql ?? texts.get(sql_id ?? -1) ?? "");
    statement.safeIntegers(true);
    let rows = true;
    try {
      statement.raw(true);
    } catch {
      rows = false; // it gives none
    }
    const values = args.map(toSql);
    if (!rows) {
      const { changes, lastInsertRowid } = statement.run(values);
      return { cols: [], rows: [], affected_row_count: changes, last_insert_rowid: String(lastInsertRowid) };
    }
    const found = statement.all(values) as unknown[][];
    const cols = statement.columns().map(({ name }: { name: string }) => ({ name, decltype: null }));
    return { cols, rows: found.map((row) => row.map(fromSql)), affected_row_count: 0, last_insert_rowid: null };
  }

  function batch({ steps }: Batch, texts: Texts) {
    const results: (object | null)[] = [];
    const errors: (object | null)[] = [];
    const holds = (condition: Condition): boolean => {
      if (condition.type === "ok") return results[condition.step] != null;
      if (condition.type === "error") return errors[condition.step] != null;
      if (condition.type === "not") return !holds(condition.cond);
      if (condition.type === "and") return condition.conds.every(holds);
      return condition.type === "or" ? condition.conds.some(holds) : !db.inTransaction;
    };
    for (const { stmt, condition } of steps) {
      const runs = condition == null || holds(condition);
      let result: object | null = null;
      let error: object | null = null;
      try {
        if (runs) result = execute(stmt, texts);
      } catch (cause) {
        error = errorOf(cause);
      }
      results.push(result);
      errors.push(error);
    }
    return { step_results: results, step_errors: errors };
  }

  function answer({ type, stmt, batch: steps, sql, sql_id }: Request, texts: Texts): object {
    try {
      if (type === "execute") return { type: "ok", response: { type, result: execute(stmt!, texts) } };
      if (type === "batch") return { type: "ok", response: { type, result: batch(steps!, texts) } };
      if (type === "store_sql") texts.set(sql_id!, sql!);
      if (type === "close_sql") texts.delete(sql_id!);
      if (["close", "store_sql", "close_sql"].includes(type)) return { type: "ok", response: { type } };
      if (type === "sequence") {
        db.exec(sql!);
        return { type: "ok", response: { type } };
      }
      if (type === "get_autocommit") return { type: "ok", response: { type, is_autocommit: !db.inTransaction } };
      return { type: "error", error: { message: `${type} is not spoken here`, code: "PROTOCOL" } };
    } catch (error) {
      return { type: "error", error: errorOf(error) };
    }
  }

  const server = createServer(async (request, response) => {
    const reply = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${token}`) return reply(401, { error: "not authorised" });
    if (request.method === "GET" && request.url === "/v2") return reply(200, {});
    if (request.method !== "POST" || request.url !== "/v2/pipeline") return reply(404, { message: "no such page" });
    const { requests } = JSON.parse(await bodyOf(request)) as { requests: readonly Request[] };
    const texts: Texts = new Map();
    const results = requests.map((one) => answer(one, texts));
    const closed = requests.some(({ type }) => type === "close");
    reply(200, { baton: closed ? null : "one", base_url: null, results });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      db.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
