import { AuditServiceDefinition, type AuditServiceImplementation } from "../../../gen/knowledge/v1/audit_service.ts";
import { type AuditEntry, Fault, openPage, type Principal, pageSize, sealPage } from "../../domain/mod.ts";
import type { AuditFilter, AuditLedger, CallExtension, ServiceBinding } from "../../ports/mod.ts";
import { fromKind, fromOutcome, toEntry } from "./wire.ts";

const defaultPage = 50;
/** Entries carry whole runs, about 1 KB each. */
const pageCap = 500;

/** The RPCs of AuditService that are not built yet, each with what it will give. */
export const notBuilt: ReadonlyMap<string, string> = new Map([
  ["ExportEntries", "the export of the ledger"],
  ["WatchEntries", "the tail of the ledger"],
  ["VerifyLedger", "the ledger's chain of hashes"],
]);

function refusal(method: string): Fault {
  return new Fault(
    "unimplemented",
    `${method}: this version of the gateway does not have ${notBuilt.get(method)} yet`,
    {
      metadata: { method },
    },
  );
}

/** A token limited to sources sees the entries of those sources, and none that concern no source. */
function visibleTo(entry: AuditEntry, { sources }: Principal): boolean {
  return sources === undefined || (entry.source !== "" && sources.includes(entry.source));
}

export function auditService(ledger: AuditLedger, pageKey: Uint8Array): ServiceBinding {
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

    // biome-ignore lint/correctness/useYield: refuses before anything is streamed
    async *exportEntries() {
      throw refusal("ExportEntries");
    },
    // biome-ignore lint/correctness/useYield: refuses before anything is streamed
    async *watchEntries() {
      throw refusal("WatchEntries");
    },
    async verifyLedger() {
      throw refusal("VerifyLedger");
    },
  };
  return { definition: AuditServiceDefinition, implementation };
}
