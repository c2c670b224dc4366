import { workerData } from "node:worker_threads";
import { Fault } from "../../../domain/mod.ts";
import { answerCalls } from "./answer-calls.ts";
import { connection } from "./connection.ts";
import type { LedgerRequest, LedgerWorkerData } from "./ledger-messages.ts";
import { LedgerStore } from "./ledger-store.ts";
import { placeBefore, prunable, verifySlice } from "./ledger-verify.ts";

const data = workerData as LedgerWorkerData;
const database = connection({ url: data.url, authToken: data.authToken });
let opened: LedgerStore | undefined;

function ledger(): LedgerStore {
  if (opened === undefined) throw new Fault("unavailable", "the audit ledger is not open");
  return opened;
}

async function work(request: LedgerRequest): Promise<unknown> {
  switch (request.op) {
    case "open":
      opened = await LedgerStore.open(database, data);
      return (await opened.ends()).trouble;
    case "append":
      return (await ledger().append([request.row]))[0];
    case "append-all":
      return ledger().append(request.rows);
    case "query":
      return ledger().rows(request.sql, ...request.args);
    case "ends":
      return ledger().ends();
    case "place-before":
      return placeBefore(ledger(), request.sequence);
    case "check":
      return verifySlice(ledger(), request.slice);
    case "prunable":
      return prunable(ledger(), request.before);
    case "delete":
      return ledger().delete(request.to);
  }
}

type Append = Extract<LedgerRequest, { op: "append" }>;

answerCalls<LedgerRequest & { id: number }>(work, () => database.close(), {
  takes: ({ op }) => op === "append",
  work: (requests) => ledger().append(requests.map((request) => (request as Append).row)),
});
