import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import { answerCalls } from "./answer-calls.ts";
import { connection } from "./connection.ts";
import type { BatchRequest, DatabaseWorkerData } from "./statement.ts";

const { file } = workerData as DatabaseWorkerData;
const database = connection({ url: pathToFileURL(file).href });
answerCalls<BatchRequest>(
  ({ mode, statements }) => database.batch(mode, statements),
  () => database.close(),
);
