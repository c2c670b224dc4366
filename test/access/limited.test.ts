import { rmSync } from "node:fs";
import process from "node:process";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { IngestRun } from "../../gen/knowledge/v1/ingest_service.ts";
import { openTokenDesk } from "../../src/cli/token-desk.ts";
import { readConfig } from "../../src/config/mod.ts";
import { type Gateway, startGateway } from "../../src/main.ts";
import { ingest as ingestAll, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { gathered, openView, outcome, pages, type View } from "../support/two-views.ts";

/**
 * A token limited to sources, on a gateway that has more, against a gateway that has those sources only: whatever is
 * asked, both say the same, to the last digit of a score and the last word of a refusal.
 */
const test = suite("a token limited to sources sees what a gateway with those sources alone would show");

const never = new AbortController().signal;
const names = ["alpha", "beta", "gamma"];
/** What the tokens may see. beta is hidden from both, and is the one that changes. */
const limits = [["alpha"], ["alpha", "gamma"]];

const words = ["lease", "token", "cursor", "retry", "ledger", "page", "quota", "chunk"];
const doc = (name: string, at: number) => {
  const said = words.map((word, i) => `${word} `.repeat(1 + ((at * 7 + i * 3 + name.length) % 5))).join("and ");
  return `# Notes on ${words[at % words.length]} in ${name}\n\n${said}\n\nOnly ${name} knows of the ${name}-secret.\n`;
};
const code = (name: string, at: number) =>
  `import { ${words[at % 8]} } from "./file${(at + 1) % 6}.ts";\n\n/** The ${words[at % 8]} of ${name}. */\n` +
  `export function ${words[(at + 1) % 8]}Of${name}(${words[at % 8]}: number): number {\n  return ${words[at % 8]} + ${at};\n}\n`;

const repos = names.map((name) => {
  const files: Record<string, string> = { "shared.md": "# Shared\n\nThe same text in every source: lease, retry.\n" };
  for (let at = 0; at < 6; at++) {
    files[`docs/page${at}.md`] = doc(name, at);
    files[`src/file${at}.ts`] = code(name, at);
    files[`src/file${at}.test.ts`] = `import { test } from "./file${at}.ts";\ntest("${words[at]} of ${name}");\n`;
  }
  files[`only-${name}.md`] = `# Only in ${name}\n`;
  const repo = makeRepo(files);
  repo.commit();
  return { name, repo };
});

interface World {
  readonly gateway: Gateway;
  readonly statePath: string;
  /** Sees all of its gateway. */
  readonly all: View;
  /** Limited, by the sources it sees. */
  readonly limited: ReadonlyMap<string, View>;
}

async function openWorld(sources: readonly string[], forLimits: readonly string[][]): Promise<World> {
  const statePath = temporaryFolder();
  const config = readConfig({
    PATH: process.env["PATH"],
    KM_STATE_PATH: statePath,
    KM_SOURCES: repos
      .filter(({ name }) => sources.includes(name))
      .map(({ name, repo }) => `${name}=${repo.root}`)
      .join(","),
    KM_GRPC_ADDRESS: "127.0.0.1:0",
    KM_METRICS_ADDRESS: "127.0.0.1:0",
    KM_INGEST_ON_START: "off",
    KM_LOG_LEVEL: "silent",
    // What ticks by the clock would tick in the middle of a comparison.
    KM_SCHEDULER_INGEST_CRON: "0 0 1 1 *",
    KM_SCHEDULER_COVERAGE_CRON: "0 0 1 1 *",
    KM_RATE_LIMIT_REQUESTS: "1000000",
    KM_RATE_LIMIT_MANAGE_REQUESTS: "1000000",
  });
  const desk = await openTokenDesk(config, never);
  const issue = async (only: readonly string[] | undefined) => {
    const wanted = { name: "a view", scope: "maintainer", sources: only, quotaClass: "default" } as const;
    return (await desk.issue({ ...wanted, lifetimeMs: undefined })).text;
  };
  const allToken = await issue(undefined);
  const tokens = await Promise.all(forLimits.map(async (only) => [only.join(), await issue(only)] as const));
  await desk.close();
  const gateway = await startGateway(config);
  const all = openView(gateway.address, allToken);
  // One after the other, so that the runs lie in one order everywhere.
  for (const source of sources) {
    const clients = { ...all, address: gateway.address };
    await ingestAll({
      ...clients,
      ingest: { ...all.ingest, startIngest: () => all.ingest.startIngest({ sources: [source] }) },
    } as never);
  }
  const limited = new Map(tokens.map(([key, token]) => [key, openView(gateway.address, token)]));
  return { gateway, statePath, all, limited };
}

async function closeWorld({ gateway, statePath, all, limited }: World): Promise<void> {
  for (const view of [all, ...limited.values()]) view.close();
  await gateway.stop({ lameDuck: false });
  rmSync(statePath, { recursive: true, force: true });
}

/** Ids that requests name, found out from the gateway that the request goes to. */
interface Ids {
  readonly runs: readonly IngestRun[];
  readonly reports: ReadonlyMap<string, readonly string[]>;
  readonly entries: readonly { readonly sequence: number; readonly source: string }[];
  readonly nodes: readonly string[];
}

async function idsOf({ all }: World): Promise<Ids> {
  const runs = (await pages((request: { pageToken: string }) => all.ingest.listIngestRuns(request), {})).flatMap(
    (page) => page.runs,
  );
  const reports = new Map<string, string[]>();
  for (const source of new Set(runs.map((run) => run.source))) {
    reports.set(
      source,
      (await all.ingest.listCoverageReports({ source })).reports.map(({ reportId }) => reportId),
    );
  }
  const exported = await gathered(all.audit.exportEntries({}), () => false);
  const entries = exported.flatMap((batch) => batch.entries.map(({ sequence, source }) => ({ sequence, source })));
  const nodes = await all.graph.searchNodes({ query: "lease", pageSize: 50 }).then(
    (reply) => reply.nodes.map(({ nodeId }) => nodeId),
    () => [],
  );
  return { runs, reports, entries, nodes };
}

let whole: World;
const alone = new Map<string, World>();
let wholeIds: Ids;
const aloneIds = new Map<string, Ids>();

test.before(async () => {
  whole = await openWorld(names, limits);
  const hidden = repos.find(({ name }) => name === "beta")!.repo;
  for (const only of limits) alone.set(only.join(), await openWorld(only, [only]));
  // What only the whole gateway goes through: a source that changes, runs that plan and fail, a schedule that ticks.
  hidden.write("docs/page9.md", doc("beta", 9));
  hidden.delete("src/file3.ts");
  hidden.commit();
  await whole.all.ingest.startIngest({ sources: ["beta"], validateOnly: true });
  await whole.all.ingest.generateCoverage({ source: "beta" });
  const again = { ...whole.all.ingest, startIngest: () => whole.all.ingest.startIngest({ sources: ["beta"] }) };
  await ingestAll({ ...whole.all, ingest: again } as never);
  for (const { all } of [whole, ...alone.values()]) await tick(all);
  wholeIds = await idsOf(whole);
  for (const [key, world] of alone) aloneIds.set(key, await idsOf(world));
});

test.after(async () => {
  for (const world of [whole, ...alone.values()]) await closeWorld(world);
  for (const { repo } of repos) repo.remove();
});

/** Writes every source's coverage report by schedule, and waits until that is done. */
async function tick({ ingest }: View): Promise<void> {
  await ingest.triggerSchedule({ name: "coverage" });
  const over = async () => (await ingest.listSchedules({})).schedules.some((schedule) => schedule.lastOutcome !== "");
  while (!(await over())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const noId = "00000000-0000-4000-8000-000000000000";

/** A call that is made on both sides: the ids in it are those of the side. */
interface Asked {
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

const searches = asked(
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
  (view, request) => pages((page) => unhurried(view, page as never), request as object),
);

/** A busy machine's graph may miss its budget; what it then has at hand the next asking shows. */
async function unhurried(view: View, request: Parameters<View["search"]["search"]>[0]) {
  for (let tries = 1; ; tries += 1) {
    const reply = await view.search.search(request);
    if (tries === 200 || !reply.warnings.some((text) => text.includes("did not answer within"))) return reply;
  }
}

const others: fc.Arbitrary<Asked>[] = [
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
    return view.audit.getEntry({ sequence }).catch((error: Error & { details?: string }) => {
      if (error.details !== undefined) error.details = error.details.replace(String(sequence), "<sequence>");
      throw error;
    });
  }),
];

/** GraphService: what isn't built yet is refused in the same words on both sides. */
const node = fc.nat({ max: 49 }).map((at) => (): string => wholeIds.nodes[at] ?? `none:${at}`);
const graphs: fc.Arbitrary<Asked>[] = [
  asked("SearchNodes", fc.record({ query: word, sources, pageSize, minGeneration }), (view, request) =>
    pages((r) => view.graph.searchNodes(r), request),
  ),
  asked("GetNode", fc.record({ node, pageSize }), (view, request) =>
    pages((r) => view.graph.getNode(r), { nodeId: request.node(), pageSize: request.pageSize }),
  ),
  asked("Traverse", fc.record({ node, maxDepth: fc.constantFrom(1, 2, 4) }), (view, { node: id, maxDepth }) =>
    view.graph.traverse({ nodeIds: [id()], maxDepth }),
  ),
  asked("FindPath", fc.record({ from: node, to: node }), (view, { from, to }) =>
    view.graph.findPath({ from: from(), to: to() }),
  ),
  asked("AnalyzeImpact", fc.record({ source, path }), (view, location) =>
    pages((r) => view.graph.analyzeImpact(r), { target: { $case: "location", value: location } } as never),
  ),
  asked("AnalyzeImpact of a node", fc.record({ node }), (view, { node: id }) =>
    pages((r) => view.graph.analyzeImpact(r), { target: { $case: "nodeId", value: id() } } as never),
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

async function compare(key: string, { ask }: Asked): Promise<void> {
  const seen = await outcome(() => ask(whole.limited.get(key)!, wholeIds));
  const wanted = await outcome(() => ask(alone.get(key)!.limited.get(key)!, aloneIds.get(key)!));
  assert.equal(seen, wanted);
}

for (const only of limits) {
  const key = only.join();
  test(`limited to ${only.join(" and ")}: every search`, () =>
    fc.assert(
      fc.asyncProperty(searches, (one) => compare(key, one)),
      { numRuns: 50, includeErrorInReport: true },
    ));
  test(`limited to ${only.join(" and ")}: every other method`, () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(...others), (one) => compare(key, one)),
      { numRuns: 80, includeErrorInReport: true },
    ));
  test(`limited to ${only.join(" and ")}: every method of the graph`, () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(...graphs), (one) => compare(key, one)),
      { numRuns: 50, includeErrorInReport: true },
    ));
}

test("on a gateway with its sources alone, a limited token sees what an unlimited one sees", () => {
  const key = limits[1]!.join();
  const { all, limited } = alone.get(key)!;
  // Schedules and the entries of no source are for those who see all, even where that is the same.
  return fc.assert(
    fc.asyncProperty(fc.oneof(searches, ...graphs), async ({ ask }) => {
      const ids = aloneIds.get(key)!;
      assert.equal(await outcome(() => ask(limited.get(key)!, ids)), await outcome(() => ask(all, ids)));
    }),
    { numRuns: 25, includeErrorInReport: true },
  );
});

test("a token that sees no source sees nothing, and a name in a refusal is the caller's own", async () => {
  const hits = await whole.limited
    .get("alpha")!
    .search.search({ query: "beta-secret leaseOfbeta", pageSize: 50, explain: true });
  const text = JSON.stringify(hits);
  assert.not.match(text, /beta/);
  assert.not.match(text, /gamma/);
});

// Last, since it leaves runs behind.
for (const only of limits) {
  test(`limited to ${only.join(" and ")}: a whole ingest is one of those sources`, async () => {
    const { ingest } = whole.limited.get(only.join())!;
    const { runs } = await ingest.startIngest({ validateOnly: true });
    for (const { runId } of runs) await gathered(ingest.watchIngest({ runId }), () => false);
    assert.equal(runs.map((run) => run.source).sort(), [...only].sort());
  });
}

test.run();
