import { rmSync } from "node:fs";
import process from "node:process";
import type { IngestRun } from "../../gen/knowledge/v1/ingest_service.ts";
import { openTokenDesk } from "../../src/cli/token-desk.ts";
import { readConfig } from "../../src/config/mod.ts";
import { type Gateway, startGateway } from "../../src/main.ts";
import { ingest as ingestAll, temporaryFolder } from "./gateway-process.ts";
import { makeRepo, type TestRepo } from "./git-repo.ts";
import { gathered, openView, pages, type View } from "./two-views.ts";

const never = new AbortController().signal;
export const names = ["alpha", "beta", "gamma"];
/** What the tokens may see. beta is hidden from both, and is the one that changes. */
export const limits = [["alpha"], ["alpha", "gamma"]];

export const words = ["lease", "token", "cursor", "retry", "ledger", "page", "quota", "chunk"];
export const doc = (name: string, at: number) => {
  const said = words.map((word, i) => `${word} `.repeat(1 + ((at * 7 + i * 3 + name.length) % 5))).join("and ");
  return `# Notes on ${words[at % words.length]} in ${name}\n\n${said}\n\nOnly ${name} knows of the ${name}-secret.\n`;
};
const code = (name: string, at: number) =>
  `import { ${words[at % 8]} } from "./file${(at + 1) % 6}.ts";\n\n/** The ${words[at % 8]} of ${name}. */\n` +
  `export function ${words[(at + 1) % 8]}Of${name}(${words[at % 8]}: number): number {\n  return ${words[at % 8]} + ${at};\n}\n`;

export interface NamedRepo {
  readonly name: string;
  readonly repo: TestRepo;
}

export function makeRepos(): readonly NamedRepo[] {
  return names.map((name) => {
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
}

export interface World {
  readonly gateway: Gateway;
  readonly statePath: string;
  /** Sees all of its gateway. */
  readonly all: View;
  /** Limited, by the sources it sees. */
  readonly limited: ReadonlyMap<string, View>;
}

/** @param env beside what every world has */
export async function openWorld(
  repos: readonly NamedRepo[],
  sources: readonly string[],
  forLimits: readonly (readonly string[])[],
  env: Readonly<Record<string, string>>,
): Promise<World> {
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
    ...env,
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

export async function closeWorld({ gateway, statePath, all, limited }: World): Promise<void> {
  for (const view of [all, ...limited.values()]) view.close();
  await gateway.stop({ lameDuck: false });
  rmSync(statePath, { recursive: true, force: true });
}

/** Ids that requests name, found out from the gateway that the request goes to. */
export interface Ids {
  readonly runs: readonly IngestRun[];
  readonly reports: ReadonlyMap<string, readonly string[]>;
  readonly entries: readonly { readonly sequence: number; readonly source: string }[];
  readonly nodes: readonly string[];
  /** Chunks of beta, by the ids they have wherever beta is indexed. */
  readonly hidden: readonly string[];
  /** A search that another token made here. */
  readonly foreignSearch: string;
}

export async function idsOf({ all }: World): Promise<Ids> {
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
  const nodes = await foundNodes(all);
  const { hits, searchRequestId } = await all.search.search({ query: "beta-secret", pageSize: 10 });
  const hidden = hits.filter((hit) => hit.artifact?.source === "beta").map(({ chunkId }) => chunkId);
  return { runs, reports, entries, nodes, hidden, foreignSearch: searchRequestId };
}

/** A graph database that has just started plans each statement anew, on a busy machine for longer than a call has. */
async function foundNodes({ graph }: View): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const query of words) {
    for (let tries = 1; ; tries += 1) {
      try {
        for (const { nodeId } of (await graph.searchNodes({ query, pageSize: 12 })).nodes) found.add(nodeId);
        break;
      } catch (error) {
        if (tries === 20 || !/DEADLINE_EXCEEDED|UNAVAILABLE/.test(String(error))) throw error;
      }
    }
  }
  return [...found].slice(0, 50);
}

/** Writes every source's coverage report by schedule, and waits until that is done. */
export async function tick({ ingest }: View): Promise<void> {
  await ingest.triggerSchedule({ name: "coverage" });
  const over = async () => (await ingest.listSchedules({})).schedules.some((schedule) => schedule.lastOutcome !== "");
  while (!(await over())) await new Promise((resolve) => setTimeout(resolve, 20));
}
