import process from "node:process";
import { AuditEntry } from "../../gen/knowledge/v1/audit_service.ts";
import { auditRow } from "./audit-row.ts";
import { CommandError, type ExitCode, exitCode } from "./exit-code.ts";
import { table } from "./output.ts";
import type { Act } from "./with-gateway.ts";

export interface ExportFlags {
  readonly format: string;
  readonly after?: number;
}

const csvHeader = ["sequence", "recorded_at", "kind", "outcome", "actor", "source", "result", "run_id", "hash"];

/** Quoted where it must be (RFC 4180); what a spreadsheet would run as a formula is made a text. */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvLine(entry: AuditEntry): string {
  const hash = Array.from(entry.hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [...auditRow(entry), entry.run?.runId ?? "", hash].map(cell).join(",");
}

const formats = new Map<string, (entries: readonly AuditEntry[]) => string>([
  ["json", (entries) => entries.map((entry) => JSON.stringify(AuditEntry.toJSON(entry))).join("\n")],
  ["csv", (entries) => entries.map(csvLine).join("\n")],
  ["table", (entries) => table(entries.map(auditRow))],
]);

/** Batch by batch, each written before the next is taken: memory stays flat, whatever the ledger's size. */
export async function exportAudit({ clients, output, signal }: Act, flags: ExportFlags): Promise<ExitCode> {
  const format = output.json ? formats.get("json") : formats.get(flags.format);
  if (format === undefined)
    throw new CommandError(exitCode.usage, `'${flags.format}' is not one of ${[...formats.keys()].join(", ")}`);
  if (flags.format === "csv" && !output.json) await write(csvHeader.join(","));
  const stream = clients.audit.exportEntries({ afterSequence: flags.after ?? 0 }, { signal });
  for await (const { entries } of stream) if (entries.length > 0) await write(format(entries));
  return exitCode.ok;
}

/** Resolves once the reader of standard output has room. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
