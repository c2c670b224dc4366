import { type AuditLedger, beginErrors, countedCall, type Meter } from "../../../ports/mod.ts";

const methods = ["ready", "append", "appendAll", "list", "read", "get", "open", "verify", "prune"] as const;

/** The ledger, what it is asked for counted and timed as a backend's calls are, and its appends by how they went. */
export function countedLedger(ledger: AuditLedger, meter: Meter): AuditLedger {
  const counted = <T>(method: (typeof methods)[number], call: () => Promise<T>) =>
    countedCall(meter, "libsql", `ledger.${method}`, call);
  async function appended<T>(method: "append" | "appendAll", entries: number, call: () => Promise<T>): Promise<T> {
    try {
      const done = await counted(method, call);
      meter.add("km_ledger_appends_total", { outcome: "ok" }, entries);
      return done;
    } catch (error) {
      meter.add("km_ledger_appends_total", { outcome: "failed" }, entries);
      throw error;
    }
  }

  beginErrors(
    meter,
    "libsql",
    methods.map((method) => `ledger.${method}`),
  );
  return {
    ready: (signal) => counted("ready", () => ledger.ready(signal)),
    append: (entry, signal) => appended("append", 1, () => ledger.append(entry, signal)),
    appendAll: (entries, signal) => appended("appendAll", entries.length, () => ledger.appendAll(entries, signal)),
    list: (filter, before, limit, signal) => counted("list", () => ledger.list(filter, before, limit, signal)),
    read: (after, limit, visible, signal) => counted("read", () => ledger.read(after, limit, visible, signal)),
    get: (sequence, signal) => counted("get", () => ledger.get(sequence, signal)),
    open: (signal) => counted("open", () => ledger.open(signal)),
    verify: (from, to, signal) => counted("verify", () => ledger.verify(from, to, signal)),
    prune: (before, signal) => counted("prune", () => ledger.prune(before, signal)),
    close: () => ledger.close(),
  };
}
