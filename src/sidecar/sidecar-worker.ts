import { parentPort, workerData } from "node:worker_threads";
import { Fault } from "../domain/mod.ts";
import { httpServer } from "./http-server.ts";
import { listen } from "./listen.ts";
import type { FromThread, ThreadData } from "./messages.ts";
import { admitsWith } from "./metrics-token.ts";
import { askedOf } from "./questions.ts";

const { address, token } = workerData as ThreadData;
const port = parentPort!;
const tell = (message: FromThread) => port.postMessage(message);

const server = httpServer(askedOf(port), admitsWith(token), (unsent) => tell({ unsent }));
try {
  tell({ bound: await listen(server, address) });
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  const { code, message, reason } = error;
  tell({ refused: { code, message, reason } });
}
