import type { Command } from "commander";
import { AuditEntry, AuditKind, AuditOutcome } from "../../gen/knowledge/v1/audit_service.ts";
import { several, whole } from "./arguments.ts";
import { type ExportFlags, exportAudit } from "./audit-export.ts";
import { auditRow } from "./audit-row.ts";
import { type VerifyFlags, verifyAudit } from "./audit-verify.ts";
import { exitCode } from "./exit-code.ts";
import { table } from "./output.ts";
import { wireValue } from "./wire-value.ts";
import { type Act, withGateway } from "./with-gateway.ts";

interface HistoryFlags {
  readonly limit: number;
  readonly kind: string[];
  readonly outcome: string[];
  readonly source: string;
  readonly run: string;
}

export function addAuditCommands(parent: Command): void {
  const audit = parent.command("audit").description("the ledger of what was done, by whom, with what outcome");
  audit
    .command("history")
    .description("entries, newest first")
    .option("-n, --limit <count>", "how many", whole, 20)
    .option("--kind <kind>", "only this kind (repeatable): ingest-run, …", several, [])
    .option("--outcome <outcome>", "only this outcome (repeatable): succeeded, failed, …", several, [])
    .option("--source <name>", "only of this source", "")
    .option("--run <id>", "only of this run", "")
    .action(withGateway<[HistoryFlags]>(history));
  audit
    .command("show")
    .description("one entry, whole")
    .argument("<sequence>", "its number", whole)
    .action(
      withGateway<[number]>(async ({ clients, output, signal }, sequence) => {
        const { entry } = await clients.audit.getEntry({ sequence }, { signal });
        if (entry) output.out(JSON.stringify(AuditEntry.toJSON(entry), undefined, output.json ? undefined : 2));
        return exitCode.ok;
      }),
    );
  audit
    .command("verify")
    .description("recompute the chain of hashes; exit code 1 when an entry was changed, deleted or cut off")
    .option("--from <sequence>", "the first entry (default: the oldest there is)", whole)
    .option("--to <sequence>", "the last entry (default: the newest)", whole)
    .action(withGateway<[VerifyFlags]>(verifyAudit));
  audit
    .command("export")
    .description("all entries, oldest first")
    .option("--format <format>", "json (one entry a line), csv or table", "json")
    .option("--after <sequence>", "only entries after this one", whole)
    .action(withGateway<[ExportFlags]>(exportAudit));
}

async function history({ clients, output, signal }: Act, flags: HistoryFlags) {
  const entries: AuditEntry[] = [];
  let pageToken = "";
  do {
    const page = await clients.audit.listEntries(
      {
        kinds: flags.kind.map((kind) => wireValue(AuditKind, "AUDIT_KIND", kind)),
        outcomes: flags.outcome.map((outcome) => wireValue(AuditOutcome, "AUDIT_OUTCOME", outcome)),
        source: flags.source,
        runId: flags.run,
        pageSize: Math.min(500, flags.limit - entries.length),
        pageToken,
      },
      { signal },
    );
    entries.push(...page.entries);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && entries.length < flags.limit);
  if (output.json) for (const entry of entries) output.out(JSON.stringify(AuditEntry.toJSON(entry)));
  else if (entries.length > 0) output.out(table(entries.map(auditRow)));
  else output.err("no entries");
  return exitCode.ok;
}
