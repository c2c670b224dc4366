import { AuditServiceDefinition, type AuditServiceImplementation } from "../../../gen/knowledge/v1/audit_service.ts";
import { type AuditEntry, Fault, invalid, openPage, type Principal, pageSize, sealPage } from "../../domain/mod.ts";
import type { AuditFilter, AuditLedger, CallExtension, Clock, ServiceBinding } from "../../ports/mod.ts";
import { exported, watched } from "./streams.ts";
import { fromHex, fromKind, fromOutcome, toEntry } from "./wire.ts";

const defaultPage = 50;
/** Entries carry whole runs, about 1 KB each. */
const pageCap = 500;

/** A token limited to sources sees the entries of those sources, and none that concern no source. */
function visibleTo(entry: AuditEntry, { sources }: Principal): boolean {
  return sources === undefined || (entry.source !== "" && sources.includes(entry.source));
}

export function auditService(ledger: AuditLedger, pageKey: Uint8Array, clock: Clock): ServiceBinding {
  const implementation: AuditServiceImplementation<CallExtension> = {
    async listEntries({ pageSize: size, pageToken, ...asked }, { principal, signal }) {
      const filter: AuditFilter = {
        kinds: asked.kinds.map(fromKind),
        outcomes: asked.outcomes.map(fromOutcome),
        actor: asked.actor,
        source: asked.source,
        runId: asked.runId,
        since: asked.since?.getTime() ?? 0,
        until: asked.until?.getTime() ?? 0,
        visible: principal.sources,
      };
      const limit = pageSize(size, defaultPage, pageCap);
      const scope = { method: "ListEntries", args: asked, principal: principal.tokenId };
      let before = 0;
      if (pageToken !== "")
        before = Number(((await openPage(pageKey, scope, pageToken)) as { before: unknown }).before);
      const found = await ledger.list(filter, before, limit + 1, signal);
      const page = found.slice(0, limit);
      const more = found.length > limit;
      const nextPageToken = more ? await sealPage(pageKey, scope, { before: page.at(-1)!.sequence }) : "";
      return { entries: page.map(toEntry), nextPageToken };
    },

    async getEntry({ sequence }, { principal, signal }) {
      const entry = await ledger.get(sequence, signal);
      if (entry === undefined || !visibleTo(entry, principal))
        throw new Fault("not-found", `no ledger entry ${sequence}; ListEntries names those there are`);
      return { entry: toEntry(entry) };
    },

    async *exportEntries({ afterSequence }, { principal, signal }) {
      for await (const entries of exported(ledger, afterSequence, principal.sources, signal))
        yield { entries: entries.map(toEntry) };
    },

    async *watchEntries({ afterSequence }, { principal, signal }) {
      for await (const entries of watched(ledger, clock, afterSequence, principal.sources, signal))
        yield { entries: entries.map(toEntry) };
    },

    async verifyLedger({ fromSequence, toSequence }, { principal, signal }) {
      if (principal.sources !== undefined)
        throw new Fault("forbidden", "the chain runs through all entries, and your token is limited to sources", {
          reason: "SOURCES_LIMITED",
        });
      if (toSequence !== 0 && toSequence < fromSequence)
        throw invalid("to_sequence", "it comes before from_sequence; leave it 0 for the last entry");
      const found = await ledger.verify(fromSequence, toSequence, signal);
      return {
        intact: found.intact,
        entriesChecked: found.checked,
        headSequence: found.headSequence,
        headHash: fromHex(found.headHash),
        firstBadSequence: found.firstBad,
        problem: found.problem,
      };
    },
  };
  return { definition: AuditServiceDefinition, implementation };
}
