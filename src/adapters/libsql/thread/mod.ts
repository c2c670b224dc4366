/** Worker threads as the embedded stores use them: calls with faults, aborts and a queue, seen from both sides. */
export { closeLinks } from "./close-links.ts";
export { type FaultMessage, fromMessage, type Operations, toMessage } from "./messages.ts";
export { type Named, observer } from "./observer.ts";
export { settleEach } from "./settle-each.ts";
export { breathe, type GiveWay, hostWorker } from "./worker-host.ts";
export { type Observe, WorkerLink } from "./worker-link.ts";
export { WriteGate } from "./write-gate.ts";
