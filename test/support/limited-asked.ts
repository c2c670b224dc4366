import fc from "fast-check";
import { inTime } from "./in-time.ts";
import { type Ids, names, words } from "./limited-world.ts";
import { gathered, pages, type View } from "./two-views.ts";

const noId = "00000000-0000-4000-8000-000000000000";

/** A call that is made on both sides: the ids in it are those of the side. */
export interface Asked {
  readonly what: string;
  readonly request: unknown;
  ask(view: View, ids: Ids): Promise<unknown>;
}

/** The nth run of a source as the side has it; one that isn't there for a side that hasn't. */
function runOf({ runs }: Ids, source: string, nth: number): string {
  return runs.filter((run) => run.source === source)[nth]?.runId ?? noId;
}

const source = fc.constantFrom(...names, "delta");
const sources = fc.uniqueArray(source, { maxLength: 2 });
const word = fc.constantFrom(
  ...words,
  "alpha-secret",
  "beta-secret",
  "leaseOfbeta",
  "tokenOfgamma",
  "file3.ts",
  "shared",
  "zzz",
);
const query = fc.array(word, { minLength: 1, maxLength: 4 }).map((some) => some.join(" "));
const path = fc.constantFrom(
  "shared.md",
  "docs/page1.md",
  "src/file3.ts",
  "only-beta.md",
  "only-alpha.md",
  "nowhere.md",
);
const pageSize = fc.constantFrom(1, 3, 10, 50);
const generation = fc.option(fc.record({ name: source, value: fc.constantFrom(1, 9_007_199_254_740_991) }), {
  freq: 5,
});
const minGeneration = generation.map((one) => (one === null ? {} : { [one.name]: one.value }));
const nth = fc.nat({ max: 3 });

function asked<T>(
  what: string,
  requests: fc.Arbitrary<T>,
  ask: (view: View, request: T, ids: Ids) => Promise<unknown>,
) {
  return requests.map((request): Asked => ({ what, request, ask: (view, ids) => ask(view, request, ids) }));
}

export const searches = asked(
  "Search",
  fc.record({
    query,
    pageSize,
    minGeneration,
    mode: fc.constantFrom(1, 2, 3),
    explain: fc.boolean(),
    includeGraph: fc.boolean(),
    view: fc.constantFrom(1, 2),
    filter: fc.record({
      sources,
      artifactTypes: fc.constantFrom([], [], [1], [3]),
      pathPrefixes: fc.constantFrom([], [], ["src/"], ["only-"]),
      languages: fc.constantFrom([], [], ["typescript"]),
    }),
  }),
  (view, request) => inTime(() => pages((page) => view.search.search(page as never), request as object)),
);

export const others: fc.Arbitrary<Asked>[] = [
  asked("GetArtifact", fc.record({ source, path, minGeneration }), (view, request) => view.search.getArtifact(request)),
  asked("ListSources", fc.record({ pageSize }), (view, request) => pages((r) => view.ingest.listSources(r), request)),
  asked("ListIngestRuns", fc.record({ sources, pageSize }), (view, request) =>
    pages((r) => view.ingest.listIngestRuns(r), request),
  ),
  asked("GetIngestRun", fc.record({ source, nth }), (view, at, ids) =>
    view.ingest.getIngestRun({ runId: runOf(ids, at.source, at.nth) }),
  ),
  asked("GetIngestPlan", fc.record({ source, nth }), (view, at, ids) =>
    view.ingest.getIngestPlan({ runId: runOf(ids, at.source, at.nth) }),
  ),
  asked("WatchIngest", fc.record({ source, nth }), (view, at, ids) =>
    gathered(view.ingest.watchIngest({ runId: runOf(ids, at.source, at.nth) }), () => false),
  ),
  asked("CancelIngestRun", fc.record({ source, nth }), (view, at, ids) =>
    view.ingest.cancelIngestRun({ runId: runOf(ids, at.source, at.nth) }),
  ),
  asked(
    "StartIngest",
    fc.constantFrom<{ sources: string[] }>(
      { sources: ["beta"] },
      { sources: ["alpha", "beta"] },
      { sources: ["delta"] },
    ),
    (view, request) => view.ingest.startIngest(request),
  ),
  asked("GetCoverage", fc.record({ source, nth, pageSize }), (view, at, ids) =>
    pages((r) => view.ingest.getCoverage(r), {
      source: at.source,
      reportId: at.nth === 0 ? "" : (ids.reports.get(at.source)?.[at.nth - 1] ?? noId),
      pageSize: at.pageSize,
    }),
  ),
  asked("GenerateCoverage", fc.constantFrom({ source: "beta" }, { source: "delta" }), (view, request) =>
    view.ingest.generateCoverage(request),
  ),
  asked("ListCoverageReports", fc.record({ source, pageSize }), (view, request) =>
    pages((r) => view.ingest.listCoverageReports(r), request),
  ),
  asked("GetLifecycle", fc.record({ source, pageSize }), (view, request) =>
    pages((r) => view.ingest.getLifecycle(r), request),
  ),
  asked("ListSchedules", fc.constant({}), (view) => view.ingest.listSchedules({})),
  asked("ListEntries", fc.record({ source: fc.option(source, { nil: "" }), pageSize }), (view, request) =>
    pages((r) => view.audit.listEntries(r), request),
  ),
  asked("ExportEntries", fc.constant({}), async (view) =>
    (await gathered(view.audit.exportEntries({}), () => false)).flatMap(({ entries }) => entries),
  ),
  asked("WatchEntries", fc.constant({ afterSequence: 0 }), async (view, request) =>
    (await gathered(view.audit.watchEntries(request), (all) => all.length > 0)).flatMap(({ entries }) => entries),
  ),
  asked("GetEntry", fc.record({ source, nth }), (view, at, ids) => {
    const sequence = ids.entries.filter((entry) => entry.source === at.source)[at.nth]?.sequence ?? 4_000_000_000;
    return view.audit.getEntry({ sequence }).catch((error: Error & { details?: string; extra?: unknown }) => {
      const told = (what: unknown) => JSON.parse(JSON.stringify(what).replaceAll(String(sequence), "<sequence>"));
      if (error.details !== undefined) error.details = told(error.details);
      if (error.extra !== undefined) error.extra = told(error.extra);
      throw error;
    });
  }),
  asked(
    "SubmitFeedback",
    fc.record({ query, nth, about: fc.constantFrom("hit", "hidden", "another's search") }),
    async (view, { query: words, nth: at, about }, ids) => {
      const [reply] = await inTime(async () => [await view.search.search({ query: words, pageSize: 10 })]);
      const { hits, searchRequestId } = reply!;
      const chunkId =
        about === "hidden" ? (ids.hidden[at] ?? "") : (hits[at % Math.max(1, hits.length)]?.chunkId ?? "");
      const id = about === "another's search" ? ids.foreignSearch : searchRequestId;
      return view.search.submitFeedback({ searchRequestId: id, chunkId, vote: 1, note: "as wanted" });
    },
  ),
  asked("health", fc.constantFrom("", "knowledge.v1.GraphService", "beta", "km.Nothing"), (view, service) =>
    view.health.check({ service }),
  ),
];

/** GraphService; nodes by the names that the gateway with all sources has for them, which are everywhere the same. */
const node = fc.nat({ max: 49 }).map(
  (at) =>
    ({ nodes }: Ids): string =>
      nodes[at] ?? `none:${at}`,
);
export const graphs: fc.Arbitrary<Asked>[] = [
  asked("SearchNodes", fc.record({ query: word, sources, pageSize, minGeneration }), (view, request) =>
    pages((r) => view.graph.searchNodes(r), request),
  ),
  asked("GetNode", fc.record({ node, pageSize }), (view, request, ids) =>
    pages((r) => view.graph.getNode(r), { nodeId: request.node(ids), pageSize: request.pageSize }),
  ),
  asked("Traverse", fc.record({ node, maxDepth: fc.constantFrom(1, 2, 4) }), (view, { node: id, maxDepth }, ids) =>
    view.graph.traverse({ nodeIds: [id(ids)], maxDepth }),
  ),
  asked("FindPath", fc.record({ from: node, to: node }), (view, { from, to }, ids) =>
    view.graph.findPath({ from: from(ids), to: to(ids) }),
  ),
  asked("AnalyzeImpact", fc.record({ source, path }), (view, location) =>
    pages((r) => view.graph.analyzeImpact(r), { target: { $case: "location", value: location } } as never),
  ),
  asked("AnalyzeImpact of a node", fc.record({ node }), (view, { node: id }, ids) =>
    pages((r) => view.graph.analyzeImpact(r), { target: { $case: "nodeId", value: id(ids) } } as never),
  ),
  asked("ListSubsystems", fc.record({ sources, pageSize }), (view, request) =>
    pages((r) => view.graph.listSubsystems(r), request),
  ),
  asked(
    "GetSubsystem",
    fc.record({ source, name: fc.constantFrom("src", "docs", "nothing"), pageSize }),
    (view, request) => pages((r) => view.graph.getSubsystem(r), request),
  ),
  asked("ListOrphans", fc.record({ kind: fc.constantFrom(3, 4), sources, pageSize }), (view, request) =>
    pages((r) => view.graph.listOrphans(r as never), request),
  ),
];
