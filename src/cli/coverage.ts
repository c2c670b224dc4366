import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import {
  CoverageClass,
  CoverageEntry,
  CoverageReport,
  GenerateCoverageResponse,
  GetLifecycleResponse,
} from "../../gen/knowledge/v1/ingest_service.ts";
import { several, whole } from "./arguments.ts";
import {
  type CoverageAsk,
  className,
  coverageCsv,
  coveragePage,
  coveragePages,
  fileShare,
  percent,
  rangesText,
  type WholeCoverage,
  wholeCoverage,
} from "./coverage/mod.ts";
import { CommandError, exitCode } from "./exit-code.ts";
import { ago, table } from "./output.ts";
import { printable } from "./printable.ts";
import { sourceFor } from "./source-for.ts";
import { wireValue } from "./wire-value.ts";
import { type Act, withGateway } from "./with-gateway.ts";

interface Chosen {
  readonly source: string;
  readonly class: string[];
  readonly path: string[];
  readonly report: string;
}

export function addCoverageCommands(parent: Command): void {
  const coverage = parent.command("coverage").description("what is indexed of a source, what is not, and why");
  const chosen = (name: string) =>
    coverage
      .command(name)
      .option("--source <name>", "which source (default: the only one)", "")
      .option("--class <class>", "only files of this class (repeatable): partial, skipped, …", several, [])
      .option("--path <prefix>", "only files whose path begins so (repeatable)", several, [])
      .option("--report <id>", "an older report (default: the latest)", "");
  chosen("show")
    .description("the latest report: its sums, and the files that are not wholly indexed")
    .option("-n, --limit <count>", "how many files", whole, 20)
    .action(withGateway<[Chosen & { readonly limit: number }]>(show));
  chosen("export")
    .description("a whole report as JSON, CSV, or one HTML page")
    .requiredOption("--format <format>", "json, csv or html")
    .option("--output <file>", "where to (default: standard output)")
    .action(withGateway<[Chosen & { readonly format: string; readonly output?: string }]>(exportReport));
  coverage
    .command("generate")
    .description("write a report now")
    .option("--source <name>", "which source (default: the only one)", "")
    .action(
      withGateway<[{ readonly source: string }]>(async (act, flags) => {
        const { clients, output, signal } = act;
        const source = await sourceFor(act, flags.source);
        const response = await clients.ingest.generateCoverage({ source }, { signal });
        if (output.json) output.out(JSON.stringify(GenerateCoverageResponse.toJSON(response)));
        else if (response.report) output.out(summaryText(response.report));
        return exitCode.ok;
      }),
    );
}

async function askFor(act: Act, flags: Chosen): Promise<CoverageAsk> {
  return {
    source: await sourceFor(act, flags.source),
    classes: flags.class.map((name) => wireValue(CoverageClass, "COVERAGE_CLASS", name)),
    pathPrefixes: flags.path,
    reportId: flags.report,
  };
}

async function show(act: Act, flags: Chosen & { readonly limit: number }) {
  const { clients, output, signal } = act;
  const ask = await askFor(act, flags);
  const plain = ask.classes.length === 0 && ask.pathPrefixes.length === 0;
  const { COVERAGE_CLASS_PARTIAL, COVERAGE_CLASS_SKIPPED, COVERAGE_CLASS_EXCLUDED } = CoverageClass;
  const notWhole = [COVERAGE_CLASS_PARTIAL, COVERAGE_CLASS_SKIPPED, COVERAGE_CLASS_EXCLUDED];
  const entries: CoverageEntry[] = [];
  let report: CoverageReport | undefined;
  for await (const page of coveragePages(clients, plain ? { ...ask, classes: notWhole } : ask, signal)) {
    report ??= page.report;
    entries.push(...page.entries);
    if (entries.length > flags.limit) break;
  }
  const shown = entries.slice(0, flags.limit);
  if (report === undefined) return exitCode.failed;
  if (output.json) {
    output.out(JSON.stringify({ report: CoverageReport.toJSON(report) }));
    for (const entry of shown) output.out(JSON.stringify(CoverageEntry.toJSON(entry)));
    return exitCode.ok;
  }
  output.out(summaryText(report));
  if (shown.length > 0) output.out(`\n${table([["class", "reason", "path", "lines not indexed"], ...shown.map(row)])}`);
  if (entries.length > shown.length) output.err(`\nmore files match: -n shows more, 'coverage export' all`);
  return exitCode.ok;
}

function row({ coverageClass, reason, path, notIndexed }: CoverageEntry): string[] {
  return [className(coverageClass), printable(reason), printable(path), rangesText(notIndexed)];
}

function summaryText(report: CoverageReport): string {
  const { summary, revision, commitsBehind, schedule } = report;
  if (summary === undefined) return "no sums";
  const share = fileShare(report);
  const now = new Date();
  const behind = commitsBehind > 0 ? `, ${commitsBehind} commit(s) behind HEAD` : "";
  const commit = revision?.commit ? ` at commit ${revision.commit.slice(0, 12)}` : "";
  const lines = [
    `${revision?.source}${commit}${behind}; report of ${ago(report.generatedAt, now)}`,
    `  ${summary.tracked} tracked = ${summary.indexed} indexed + ${summary.partial} partial + ${summary.skipped} skipped + ${summary.excluded} excluded`,
    `  ${share === undefined ? "no" : percent(share, 1)} of files wholly indexed; ${summary.linesIndexed} lines in ${summary.chunks} chunks, of ${summary.lines} lines with generated and binary files`,
  ];
  const reasons = Object.entries(summary.byReason).sort(([, a], [, b]) => b - a);
  if (reasons.length > 0)
    lines.push(`  ${reasons.map(([reason, count]) => `${printable(reason)} ${count}`).join(", ")}`);
  if (summary.removedPaths.length > 0) lines.push(`  ${summary.removedPaths.length} removed since the report before`);
  if (schedule)
    lines.push(
      `  scheduled ${schedule.cron} ${schedule.timeZone}; last ${ago(schedule.lastRunAt, now)}, next ${schedule.paused ? "paused" : (schedule.nextRunAt?.toISOString() ?? "unknown")}`,
    );
  return lines.join("\n");
}

const formats = new Map<string, (coverage: WholeCoverage) => string>([
  ["json", jsonText],
  ["csv", ({ entries }) => coverageCsv(entries)],
  ["html", coveragePage],
]);

function jsonText({ report, entries, history, lifecycle }: WholeCoverage): string {
  const value = {
    report: CoverageReport.toJSON(report),
    entries: entries.map((entry) => CoverageEntry.toJSON(entry)),
    history: history.map((one) => CoverageReport.toJSON(one)),
    lifecycle: lifecycle && GetLifecycleResponse.toJSON(lifecycle),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

async function exportReport(act: Act, flags: Chosen & { readonly format: string; readonly output?: string }) {
  const format = formats.get(flags.format);
  if (format === undefined)
    throw new CommandError(exitCode.usage, `'${flags.format}' is not one of ${[...formats.keys()].join(", ")}`);
  const text = format(await wholeCoverage(act.clients, await askFor(act, flags), act.signal));
  if (flags.output === undefined) act.output.out(text.replace(/\n$/, ""));
  else {
    writeFileSync(flags.output, text);
    act.output.err(`wrote ${flags.output}`);
  }
  return exitCode.ok;
}
