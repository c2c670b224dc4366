import { type At, Fault, type Revision, throwIfAborted } from "../../domain/mod.ts";
import type { Clock, JobStore, Lease, Revisions } from "../../ports/mod.ts";

/** The reference revisions. `holds` says whether a lease is still its holder's. */
export function memoryRevisions(
  clock: Clock,
  jobs: JobStore,
  holds: (lease: Lease) => boolean,
  graceMs: number,
): Revisions {
  const served = new Map<string, Revision>();
  const retired = new Set<string>();
  let superseded: { readonly revision: Revision; readonly at: number }[] = [];
  const sorted = () => [...served.values()].sort((a, b) => (a.source < b.source ? -1 : 1));

  return {
    served: sorted,

    readable({ source, generation }: At) {
      const now = served.get(source);
      if (now?.generation === generation) return now;
      return superseded.find(
        ({ revision, at }) =>
          revision.source === source && revision.generation === generation && at + graceMs > clock.now(),
      )?.revision;
    },

    async refresh(signal) {
      throwIfAborted(signal);
    },

    async flip(revision, run, lease, signal) {
      throwIfAborted(signal);
      if (!holds(lease))
        throw new Fault("conflict", `the lease '${lease.name}' was lost to another holder; start the run again`, {
          reason: "LEASE_LOST",
        });
      const former = superseded.filter(({ revision: { source } }) => source === revision.source);
      const before = served.get(revision.source);
      const highest = Math.max(before?.generation ?? 0, ...former.map((one) => one.revision.generation));
      if (revision.generation <= highest)
        throw new Fault("conflict", `generation ${revision.generation} of '${revision.source}' was overtaken`, {
          reason: "GENERATION_NOT_GROWING",
        });
      if (before !== undefined) superseded.push({ revision: before, at: clock.now() });
      served.set(revision.source, revision);
      await jobs.saveRun(run, signal);
    },

    async expire(now, signal) {
      throwIfAborted(signal);
      superseded = superseded.filter(({ at }) => at > now - graceMs);
      const oldest = new Map(sorted().map(({ source, generation }) => [source, generation]));
      for (const { revision } of superseded)
        oldest.set(revision.source, Math.min(oldest.get(revision.source) ?? revision.generation, revision.generation));
      const all = [...oldest].map(([source, generation]): At => ({ source, generation }));
      return all.sort((a, b) => (a.source < b.source ? -1 : 1));
    },

    async retire(source, signal) {
      throwIfAborted(signal);
      served.delete(source);
      retired.add(source);
      superseded = superseded.filter(({ revision }) => revision.source !== source);
    },

    async retired(signal) {
      throwIfAborted(signal);
      return [...retired].sort();
    },

    async forget(source, signal) {
      throwIfAborted(signal);
      retired.delete(source);
    },
  };
}
