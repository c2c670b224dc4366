import type { CallContext } from "nice-grpc-common";
import {
  GenerateCoverageResponse,
  type IngestServiceImplementation,
  type Schedule,
} from "../../../../gen/knowledge/v1/ingest_service.ts";
import {
  type CoverageReport,
  Fault,
  invalid,
  maySee,
  openPage,
  type Principal,
  pageSize,
  sealPage,
} from "../../../domain/mod.ts";
import type { CallExtension, Coverage, Sources, State } from "../../../ports/mod.ts";
import { Once } from "../once.ts";
import { fromClass, toReport as toBareReport, toEntry } from "./wire.ts";

export interface CoverageServiceParts {
  readonly coverage: Coverage;
  readonly sources: Sources;
  readonly state: Pick<State, "jobs" | "pageKey" | "revisions">;
  /** The schedule that keeps a source's reports fresh, as it stands now; none where nothing is scheduled. */
  readonly scheduleOf?: (source: string, principal: Principal, signal: AbortSignal) => Promise<Schedule | undefined>;
}

type Call = CallContext & CallExtension;
type Handlers = Pick<
  IngestServiceImplementation<CallExtension>,
  "getCoverage" | "generateCoverage" | "listCoverageReports"
>;

const defaultPage = 100;
/** Entries are small; reports come with their sums. */
const entriesCap = 1_000;
const reportsCap = 200;
/** Prefixes a request: more of them are a list of files. */
const mostPrefixes = 100;

/** The coverage part of IngestService. A source that the caller may not see does not exist for them. */
export function coverageHandlers(parts: CoverageServiceParts): Handlers {
  const { coverage, sources, state } = parts;
  const generateOnce = new Once<unknown>(state.jobs, "GenerateCoverage");

  function seen(source: string, principal: Principal): string {
    if (source === "") throw invalid("source", "is empty; ListSources names those there are");
    if (sources.get(source) !== undefined && maySee(principal, source)) return source;
    throw new Fault("not-found", `no source '${source}'; ListSources names those there are`, {
      metadata: { resource: `source:${source}` },
    });
  }

  async function reportFor(source: string, reportId: string, signal: AbortSignal): Promise<CoverageReport> {
    const reports = await coverage.reports(source, signal);
    const report = reportId === "" ? reports[0] : reports.find((one) => one.reportId === reportId);
    if (report !== undefined) return report;
    if (reportId !== "") throw noReport(source, reportId);
    const indexed = state.revisions.served().some((served) => served.source === source);
    const next = indexed ? "GenerateCoverage writes one" : "start an ingest";
    throw new Fault("not-found", `source '${source}' has no coverage report yet; ${next}`, {
      metadata: { resource: `coverage:${source}` },
    });
  }

  async function toReport(report: CoverageReport, withRemoved: boolean, principal: Principal, signal: AbortSignal) {
    const schedule = await parts.scheduleOf?.(report.source, principal, signal);
    return { ...toBareReport(report, withRemoved), schedule };
  }

  return {
    async getCoverage(request, { principal, signal }: Call) {
      const source = seen(request.source, principal);
      const { pathPrefixes, reportId: asked, pageToken } = request;
      const classes = request.classes.map(fromClass);
      if (pathPrefixes.length > mostPrefixes)
        throw invalid("path_prefixes", `holds more than ${mostPrefixes}; ask in several calls`);
      const limit = pageSize(request.pageSize, defaultPage, entriesCap);
      const args = { source, classes, pathPrefixes, reportId: asked };
      const scope = { method: "GetCoverage", args, principal: principal.tokenId };
      // Later pages read the report of the first, whatever was written meanwhile.
      const from =
        pageToken === ""
          ? { after: "", reportId: asked }
          : ((await openPage(state.pageKey, scope, pageToken)) as { after: string; reportId: string });
      const report = await reportFor(source, from.reportId, signal);
      const { reportId } = report;
      const filter = { classes, pathPrefixes };
      const found = await coverage.entries(source, reportId, filter, from.after, limit + 1, signal);
      if (found === undefined) throw noReport(source, reportId);
      const entries = found.slice(0, limit);
      const next = { after: entries.at(-1)?.path ?? "", reportId };
      return {
        report: await toReport(report, pageToken === "", principal, signal),
        entries: entries.map(toEntry),
        nextPageToken: found.length > limit ? await sealPage(state.pageKey, scope, next) : "",
      };
    },

    async generateCoverage({ source: name, idempotencyKey }, { principal, requestId, signal }: Call) {
      const source = seen(name, principal);
      const { tokenId, name: caller, scope, peer } = principal;
      const actor = { tokenId, name: caller, scope, peer };
      const answer = await generateOnce.do(idempotencyKey, principal, { source }, signal, async () => {
        const report = await coverage.generate(source, actor, requestId, signal);
        return GenerateCoverageResponse.toJSON({ report: await toReport(report, true, principal, signal) });
      });
      return GenerateCoverageResponse.fromJSON(answer);
    },

    async listCoverageReports({ source: name, pageSize: size, pageToken }, { principal, signal }: Call) {
      const source = seen(name, principal);
      const limit = pageSize(size, defaultPage, reportsCap);
      const scope = { method: "ListCoverageReports", args: { source }, principal: principal.tokenId };
      const reports = await coverage.reports(source, signal);
      const after =
        pageToken === ""
          ? undefined
          : ((await openPage(state.pageKey, scope, pageToken)) as { time: number; id: string });
      // Newest first: what was written since the first page stands before it, what was pruned is simply gone.
      const rest = reports.filter(
        ({ generatedAt, reportId }) =>
          after === undefined || generatedAt < after.time || (generatedAt === after.time && reportId < after.id),
      );
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      const next = last && { time: last.generatedAt, id: last.reportId };
      // One and the same for all of them, so it is asked for once.
      const schedule = last && (await parts.scheduleOf?.(source, principal, signal));
      return {
        reports: page.map((report) => ({ ...toBareReport(report, false), schedule })),
        nextPageToken: next && rest.length > limit ? await sealPage(state.pageKey, scope, next) : "",
      };
    },
  };
}

function noReport(source: string, reportId: string): Fault {
  const message = `source '${source}' has no coverage report '${reportId}' (any more); ListCoverageReports names those kept`;
  return new Fault("not-found", message, { metadata: { resource: `coverage:${source}/${reportId}` } });
}
