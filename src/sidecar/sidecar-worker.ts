import { parentPort, workerData } from "node:worker_threads";
import { Fault } from "../domain/mod.ts";
import { httpServer } from "./http-server.ts";
import { listen } from "./listen.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { admitsWith } from "./metrics-token.ts";
import { askedOf } from "./questions.ts";

const { address, token } = workerData as ThreadData;
const port = parentPort!;
const tell = (message: FromThread) => port.postMessage(message);

const server = httpServer(askedOf(port), admitsWith(token), (unsent) => tell({ unsent }));
// Ended from outside, the thread would leave its port bound for a while on Deno.
port.on("message", (message: ToThread) => {
  if (!("stop" in message)) return;
  server.close(() => tell({ closed: true }));
  server.closeAllConnections();
});
try {
  tell({ bound: await listen(server, address) });
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  const { code, message, reason } = error;
  tell({ refused: { code, message, reason } });
}
