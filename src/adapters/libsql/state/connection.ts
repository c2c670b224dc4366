import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@libsql/client";
import type { BatchMode, Row, SqlValue, Statement } from "./statement.ts";

/** Longest wait for another process's lock inside one attempt, ms: the driver blocks this whole thread meanwhile. */
const busyTimeout = 250;
/** Attempts at a batch that found the database locked, with a pause that grows: about two seconds in all. */
const attempts = 6;

/** One connection of a worker thread to a libSQL file, or to a server. */
export interface Connection {
  batch(mode: BatchMode, statements: readonly Statement[]): Promise<(readonly Row[])[]>;
  close(): void;
}

export interface ConnectionOptions {
  /** `file:…` or a libSQL server's. */
  readonly url: string;
  readonly authToken?: string | undefined;
}

export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "UNKNOWN";
}

/** Opened by the first batch. One connection is enough for a queue of batches. */
export function connection({ url, authToken }: ConnectionOptions): Connection {
  const local = url.startsWith("file:");
  let client: Client | undefined;

  async function connected(): Promise<Client> {
    if (client !== undefined) return client;
    const server = authToken === undefined ? {} : { authToken };
    // What speaks to servers is half of the library, and would be loaded by every start.
    const { createClient } = local ? await import("@libsql/client/sqlite3") : await import("@libsql/client");
    const opened = createClient(local ? { url, timeout: busyTimeout, concurrency: 1 } : { url, ...server });
    try {
      // A connection's pragmas are gone with it, so they are set at every open. A server has its own.
      if (local) await opened.execute("PRAGMA journal_mode = WAL");
      if (local) await opened.execute("PRAGMA synchronous = FULL");
    } catch (error) {
      opened.close();
      throw error;
    }
    client = opened;
    return opened;
  }

  return {
    async batch(mode, statements) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const db = await connected();
          const sets = await db.batch(
            statements.map(({ sql, args }) => ({ sql, args: [...args] })),
            mode,
          );
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
    },
    close() {
      client?.close();
      client = undefined;
    },
  };
}
