import type {
  CoverageClass,
  CoverageEntry,
  CoverageReport,
  GetLifecycleResponse,
} from "../../../gen/knowledge/v1/ingest_service.ts";
import type { Clients } from "../clients.ts";
import { CommandError, exitCode } from "../exit-code.ts";
import { readLifecycle } from "../read-lifecycle.ts";
import { mostOrphans } from "./lifecycle-part.ts";

export interface CoverageAsk {
  readonly source: string;
  readonly classes: readonly CoverageClass[];
  readonly pathPrefixes: readonly string[];
  /** "" for the latest. */
  readonly reportId: string;
}

/** The contract's page cap. */
const pageSize = 1_000;

/** A report with its entries, a page at a time; all pages are of one report. */
export async function* coveragePages(
  { ingest }: Clients,
  ask: CoverageAsk,
  signal: AbortSignal,
): AsyncGenerator<{ readonly report: CoverageReport; readonly entries: readonly CoverageEntry[] }> {
  const { source, reportId } = ask;
  const filter = { source, reportId, classes: [...ask.classes], pathPrefixes: [...ask.pathPrefixes] };
  let pageToken = "";
  do {
    const page = await ingest.getCoverage({ ...filter, pageSize, pageToken }, { signal });
    if (page.report === undefined) throw new CommandError(exitCode.failed, "the gateway sent no report");
    yield { report: page.report, entries: page.entries };
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
}

/** Reports of a source, newest first. */
export async function coverageHistory({ ingest }: Clients, source: string, signal: AbortSignal) {
  const reports: CoverageReport[] = [];
  let pageToken = "";
  do {
    const page = await ingest.listCoverageReports({ source, pageSize: 200, pageToken }, { signal });
    reports.push(...page.reports);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return reports;
}

export interface WholeCoverage {
  readonly report: CoverageReport;
  readonly entries: readonly CoverageEntry[];
  /** Newest first. */
  readonly history: readonly CoverageReport[];
  /** What has grown old in the same generation; undefined when another one is served by now. */
  readonly lifecycle: GetLifecycleResponse | undefined;
}

/** All of a report and the history it stands in. */
export async function wholeCoverage(clients: Clients, ask: CoverageAsk, signal: AbortSignal): Promise<WholeCoverage> {
  let report: CoverageReport | undefined;
  const entries: CoverageEntry[] = [];
  for await (const page of coveragePages(clients, ask, signal)) {
    report ??= page.report;
    entries.push(...page.entries);
  }
  if (report === undefined) throw new CommandError(exitCode.failed, "the gateway sent no report");
  const history = await coverageHistory(clients, ask.source, signal);
  const lifecycle = await readLifecycle(clients, ask.source, mostOrphans, signal);
  const same = lifecycle.revision?.generation === report.revision?.generation;
  return { report, entries, history, lifecycle: same ? lifecycle : undefined };
}
