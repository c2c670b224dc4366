import { spawnWorker } from "../../../runtime/mod.ts";
import type { BatchMode, DatabaseWorkerData, Row, Statement } from "./statement.ts";
import { workerCalls } from "./worker-calls.ts";

/** One libSQL file or server behind one worker thread, so that no statement and no lock wait stops the caller's thread. */
export interface Database {
  /**
   * Runs the statements as one transaction and gives the rows of each. Batches run in the order they were sent.
   * An abort rejects at once; a batch already under way still happens or fails as a whole.
   * @throws Fault `unavailable`, `exhausted`, `precondition`, `internal`, `cancelled`; its cause is a DatabaseError.
   */
  batch(mode: BatchMode, statements: readonly Statement[], signal: AbortSignal): Promise<readonly (readonly Row[])[]>;
  close(): Promise<void>;
}

/** `store` names it in messages. A file is made when its first batch runs. */
export function openDatabase(data: DatabaseWorkerData, store: string): Database {
  const calls = workerCalls<{ mode: BatchMode; statements: readonly Statement[] }>(
    spawnWorker(import.meta.url, "./database-worker", data),
    store,
  );
  return {
    batch: async (mode, statements, signal) =>
      (await calls.call({ mode, statements }, signal)) as readonly (readonly Row[])[],
    close: () => calls.close(),
  };
}
