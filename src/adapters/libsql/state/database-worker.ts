import { workerData } from "node:worker_threads";
import { answerCalls } from "./answer-calls.ts";
import { connection } from "./connection.ts";
import type { BatchRequest, DatabaseWorkerData } from "./statement.ts";

const database = connection(workerData as DatabaseWorkerData);

answerCalls<BatchRequest>(
  ({ mode, statements }) => database.batch(mode, statements),
  () => database.close(),
);
