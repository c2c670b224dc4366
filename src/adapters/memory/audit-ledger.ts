import { type AuditEntry, throwIfAborted } from "../../domain/mod.ts";
import type { AuditFilter, AuditLedger, Clock } from "../../ports/mod.ts";

const within = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);

function matches(entry: AuditEntry, filter: AuditFilter): boolean {
  return (
    within(filter.kinds, entry.kind) &&
    within(filter.outcomes, entry.outcome) &&
    (filter.actor === "" || filter.actor === entry.actor.tokenId) &&
    (filter.source === "" || filter.source === entry.source) &&
    (filter.runId === "" || filter.runId === entry.run?.runId) &&
    (filter.since === 0 || entry.recordedAt >= filter.since) &&
    (filter.until === 0 || entry.recordedAt < filter.until) &&
    (filter.visible === undefined || (entry.source !== "" && filter.visible.includes(entry.source)))
  );
}

/** The reference ledger: what the contract suite says, in an array. */
export function memoryAuditLedger(clock: Clock): AuditLedger {
  const entries: AuditEntry[] = [];
  return {
    async ready(signal) {
      throwIfAborted(signal);
    },
    async append(entry, signal) {
      throwIfAborted(signal);
      const kept = { ...structuredClone(entry), sequence: entries.length + 1, recordedAt: clock.now() };
      entries.push(kept);
      return structuredClone(kept);
    },
    async list(filter, before, limit, signal) {
      throwIfAborted(signal);
      const found = entries.filter((entry) => (before === 0 || entry.sequence < before) && matches(entry, filter));
      return structuredClone(found.reverse().slice(0, limit));
    },
    async get(sequence, signal) {
      throwIfAborted(signal);
      return structuredClone(entries[sequence - 1]);
    },
    async open(signal) {
      throwIfAborted(signal);
      const closed = new Set(entries.filter(({ outcome }) => outcome !== "committing").map((e) => e.startedSequence));
      return structuredClone(entries.filter((e) => e.outcome === "started" && !closed.has(e.sequence)));
    },
    async close() {},
  };
}
