import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { type Client, createClient } from "@libsql/client";
import type { BatchReply, BatchRequest, DatabaseWorkerData, Row, SqlValue } from "./statement.ts";

/** Longest wait for another process's lock inside one attempt, ms: the driver blocks this whole thread meanwhile. */
const busyTimeout = 250;
/** Attempts at a batch that found the database locked, with a pause that grows: about two seconds in all. */
const attempts = 6;

const { file } = workerData as DatabaseWorkerData;
const port = parentPort!;
let client: Client | undefined;

/** One connection is enough for a queue of batches. Its pragmas are gone with it, so they are set at every open. */
async function connection(): Promise<Client> {
  if (client !== undefined) return client;
  const opened = createClient({ url: pathToFileURL(file).href, timeout: busyTimeout, concurrency: 1 });
  try {
    await opened.execute("PRAGMA journal_mode = WAL");
    await opened.execute("PRAGMA synchronous = FULL");
  } catch (error) {
    opened.close();
    throw error;
  }
  client = opened;
  return opened;
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "UNKNOWN";
}

async function batch(request: BatchRequest): Promise<(readonly Row[])[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const db = await connection();
      const statements = request.statements.map(({ sql, args }) => ({ sql, args: [...args] }));
      const sets = await db.batch(statements, request.mode);
      return sets.map(({ rows, columns }) =>
        rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name] as SqlValue]))),
      );
    } catch (error) {
      const code = codeOf(error);
      if (!code.startsWith("SQLITE_BUSY") && !code.startsWith("SQLITE_LOCKED")) throw error;
      // After BUSY a connection fails every later transaction ("SQL statements in progress"): throw it away.
      client?.close();
      client = undefined;
      if (attempt === attempts) throw error;
      await delay(10 * 2 ** attempt);
    }
  }
}

async function answer(request: BatchRequest): Promise<void> {
  let reply: BatchReply;
  try {
    reply = { id: request.id, rows: await batch(request) };
  } catch (error) {
    reply = { id: request.id, code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(reply);
}

// Each message is a macrotask of its own, which the driver needs between batches to give memory back.
let queue: Promise<void> = Promise.resolve();
port.on("message", (request: BatchRequest | "close") => {
  queue = queue.then(() => {
    if (request !== "close") return answer(request);
    client?.close();
    // The other side ends the thread: Deno's ports have no close.
    port.postMessage("closed");
  });
});
