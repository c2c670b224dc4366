import { createHash } from "node:crypto";
import { type AuditEntry, insider, type NewAuditEntry, throwIfAborted } from "../../domain/mod.ts";
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

const genesis = "0".repeat(64);

function hashOf({ hash: _, ...entry }: AuditEntry): string {
  return createHash("sha256").update(JSON.stringify(entry)).digest("hex");
}

/** The reference ledger: what the contract suite says, in an array. */
export function memoryAuditLedger(clock: Clock): AuditLedger {
  /** Without those that retention let go: the first one's sequence says how many. */
  const entries: AuditEntry[] = [];
  let base = { sequence: 0, hash: genesis };

  function append(entry: NewAuditEntry): AuditEntry {
    const last = entries.at(-1) ?? base;
    const added = { sequence: last.sequence + 1, recordedAt: clock.now(), previousHash: last.hash };
    const kept = { ...structuredClone(entry), ...added, hash: "" };
    entries.push({ ...kept, hash: hashOf(kept) });
    return structuredClone(entries.at(-1)!);
  }

  return {
    async ready(signal) {
      throwIfAborted(signal);
    },
    async append(entry, signal) {
      throwIfAborted(signal);
      return append(entry);
    },
    async appendAll(all, signal) {
      throwIfAborted(signal);
      return all.map(append);
    },
    async list(filter, before, limit, signal) {
      throwIfAborted(signal);
      const found = entries.filter((entry) => (before === 0 || entry.sequence < before) && matches(entry, filter));
      return structuredClone(found.reverse().slice(0, limit));
    },
    async get(sequence, signal) {
      throwIfAborted(signal);
      return structuredClone(entries.find((entry) => entry.sequence === sequence));
    },
    async read(after, limit, visible, signal) {
      throwIfAborted(signal);
      const seen = (source: string) => visible === undefined || (source !== "" && visible.includes(source));
      const found = entries.filter(({ sequence, source }) => sequence > after && seen(source));
      return structuredClone(found.slice(0, Math.min(limit, 500)));
    },
    async verify(from, to, signal) {
      throwIfAborted(signal);
      const { sequence: headSequence, hash: headHash } = entries.at(-1) ?? base;
      const asked = entries.filter(({ sequence }) => sequence >= from && (to === 0 || sequence <= to));
      const bad = asked.find((entry) => entry.hash !== hashOf(entry));
      const problem = bad === undefined ? "" : `entry ${bad.sequence} was changed`;
      const checked = bad === undefined ? asked.length : asked.indexOf(bad);
      return { intact: bad === undefined, checked, headSequence, headHash, firstBad: bad?.sequence ?? 0, problem };
    },
    async prune(before, signal) {
      throwIfAborted(signal);
      const young = entries.findIndex(({ recordedAt }) => recordedAt >= before);
      const count = Math.min(young < 0 ? entries.length : young, entries.length - 1);
      if (count <= 0) return 0;
      const last = entries[count - 1]!;
      const { tokenId, name, scope, peer } = insider("start");
      append({
        kind: "retention",
        outcome: "succeeded",
        actor: { tokenId, name, scope, peer },
        requestId: "",
        source: "",
        run: undefined,
        details: { pruned_to: String(last.sequence), pruned_hash: last.hash, entries: String(count) },
        startedSequence: 0,
      });
      entries.splice(0, count);
      base = last;
      return count;
    },
    async open(signal) {
      throwIfAborted(signal);
      const closed = new Set(entries.filter(({ outcome }) => outcome !== "committing").map((e) => e.startedSequence));
      return structuredClone(entries.filter((e) => e.outcome === "started" && !closed.has(e.sequence)));
    },
    async close() {},
  };
}
