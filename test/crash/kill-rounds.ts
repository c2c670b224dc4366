import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import * as assert from "uvu/assert";
import { IngestMode, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchMode } from "../../gen/knowledge/v1/search_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import {
  type GatewayProcess,
  gatewayCommand,
  startGatewayProcess,
  temporaryFolder,
} from "../support/gateway-process.ts";
import { makeRepo, type TestRepo } from "../support/git-repo.ts";
import { type Verified, verifyState } from "../support/index-verifier.ts";
import { type Dice, dice } from "./dice.ts";

/** When a process is killed. */
export type KillAt =
  /** As soon as its ingest says that it has entered a stage; one that came when the stage was over does not count. */
  | { readonly stage: string }
  /** At a random moment of its ingest, or soon after it. */
  | "ingest"
  /** At a random moment of its start, while it may be setting right what the last kill left. */
  | "start";

/** Kills by stage: those that came inside it, and those that came when it was over. */
export interface KillCount {
  readonly inside: Map<string, number>;
  readonly tooLate: Map<string, number>;
}

/** Manifests in the tree. */
const kits = 150;
/** Kills for one that counts, before a stage is said to be too short to be hit. */
const mostTries = 4;

export interface Killing {
  /** Kills that count; each is followed by a start that sets things right, and every one by a run that completes. */
  readonly rounds: number;
  readonly seed: number;
  readonly killAt: (round: number, random: Dice) => KillAt;
}

/** Kills of one file of the suite: a quarter of KM_TEST_KILLS, since four files share them. */
export const roundsPerFile = Math.ceil(Number(process.env["KM_TEST_KILLS"] ?? 100) / 4);

/** Printed with each failure; KM_TEST_SEED repeats it as far as time allows. */
export const seed = Number(process.env["KM_TEST_SEED"] ?? Date.now() % 1_000_000);

type Tree = Map<string, string>;

/**
 * One state directory that is killed again and again. After every kill the files are checked as the dead process
 * left them; then the gateway starts, must serve exactly the tree that was served last (or the one being indexed,
 * when the kill came after the flip), must know of the interrupted run, and must complete another.
 */
export async function killAgainAndAgain({ rounds, seed: from, killAt }: Killing): Promise<KillCount> {
  const random = dice(from);
  const statePath = temporaryFolder();
  const repo = makeRepo();
  let served: Tree = new Map();
  let edits = 0;
  let startMs = 2_000;
  let ingestMs = 500;
  // Pretty lines are written at once: they tell which stages were over when a kill came.
  const env = { KM_GENERATION_GRACE: "0s", KM_LOG_FORMAT: "pretty" };
  const place = { statePath, sources: { repo: repo.root }, env };
  const count: KillCount = { inside: new Map(), tooLate: new Map() };
  let counted = 0;

  async function start(): Promise<GatewayProcess> {
    const began = performance.now();
    const gateway = await startGatewayProcess(place);
    startMs = performance.now() - began;
    return gateway;
  }

  for (let i = 0; i < 40; i++) repo.write(`src/file-${i}.ts`, fileText(i, i));
  // Read anew by each process: planning lasts long enough to be hit.
  for (let i = 0; i < kits; i++) repo.write(`src/kits/k${i}/package.json`, `{ "name": "${canary(1_000_000 + i)}" }\n`);
  edits = 100;
  repo.commit();
  let gateway = await start();
  let clients = gateway.clients();
  await complete(clients);
  served = treeOf(repo);

  for (let round = 1; counted < rounds; round++) {
    if (round > mostTries * rounds)
      assert.unreachable(`of ${round} kills only ${counted} came in time: ${told(count)}`);
    const at = killAt(round, random);
    const note = `seed ${from}, kill ${round} at ${JSON.stringify(at)}`;
    const killed: string[] = [];
    let inTime = true;
    edits = edit(repo, random, edits);
    const wanted = treeOf(repo);
    if (at === "start") {
      gateway.signal("SIGKILL");
      await gateway.ended;
      await killWhileStarting(statePath, repo.root, random.below(startMs));
    } else {
      const mode = random.below(4) === 0 ? IngestMode.INGEST_MODE_FULL : IngestMode.INGEST_MODE_INCREMENTAL;
      const began = performance.now();
      const { runs } = await clients.ingest.startIngest({ mode });
      killed.push(runs[0]!.runId);
      if (at === "ingest") await sleep(random.below(ingestMs * 1.2));
      else await entered(clients, runs[0]!.runId, at.stage);
      ingestMs = Math.max(200, (ingestMs + performance.now() - began) / 2);
      gateway.signal("SIGKILL");
      const { stdout } = await gateway.ended;
      if (at !== "ingest") {
        inTime = !isOver(stdout, runs[0]!.runId, at.stage);
        const { stage } = at;
        const of = inTime ? count.inside : count.tooLate;
        of.set(stage, (of.get(stage) ?? 0) + 1);
      }
    }
    if (inTime) counted += 1;
    const last = counted === rounds;
    const dead = verifyState(statePath, { after: "dead" });
    assert.equal(dead.broken, [], `${note}: as the dead process left it`);
    const now = servedTree(dead);
    const which = sameTree(now, served) ? "last" : sameTree(now, wanted) ? "next" : differences(now, served, wanted);
    assert.ok(which === "last" || which === "next", `${note}: what is served is neither tree: ${which}`);

    gateway = await start();
    clients = gateway.clients();
    await servesTree(clients, now, vanished(which === "last" ? wanted : served, now), note);
    for (const runId of killed) await toldOf(clients, runId, which === "next", note);
    const began = performance.now();
    await complete(clients);
    ingestMs = (ingestMs + (performance.now() - began)) / 2;
    await servesTree(clients, wanted, vanished(served, wanted), note);
    served = wanted;

    // Nothing is left behind: looked at in the files once nothing has them open. Every few rounds, since it costs a stop.
    if (round % 5 === 0 || last) {
      const { code, stderr } = await gateway.stop("SIGTERM");
      assert.is(code, 0, `${note}: the stop after it: ${stderr}`);
      const swept = verifyState(statePath, { after: "swept" });
      assert.equal(swept.broken, [], `${note}: after the run that completed`);
      assert.ok(sameTree(servedTree(swept), served), `${note}: ${differences(servedTree(swept), served, wanted)}`);
      console.log(`  ${counted} of ${rounds} kills${told(count)}: nothing lost, nothing left behind`);
      if (!last) {
        gateway = await start();
        clients = gateway.clients();
      }
    }
  }
  repo.remove();
  rmSync(statePath, { recursive: true, force: true });
  return count;
}

function told({ inside, tooLate }: KillCount): string {
  const list = (of: Map<string, number>) => [...of].map(([stage, kills]) => `${stage} ${kills}`).join(", ");
  if (inside.size + tooLate.size === 0) return "";
  return ` (inside their stage: ${list(inside)}; after it, not counted: ${list(tooLate) || "none"})`;
}

/** Whether the log of a process that was killed says that a stage of a run was over. */
function isOver(log: string, runId: string, stage: string): boolean {
  return log.split(/^(?=\[)/m).some((line) => line.includes(`ingest: ${stage} done`) && line.includes(runId));
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A start is over when it says where it serves; this one is killed before or soon after. */
async function killWhileStarting(statePath: string, root: string, afterMs: number): Promise<void> {
  const [program, ...args] = gatewayCommand();
  const bare = Object.entries(process.env).filter(([name]) => !name.startsWith("KM_"));
  const child = spawn(program, [...args, "serve"], {
    stdio: "ignore",
    env: {
      ...Object.fromEntries(bare),
      KM_STATE_PATH: statePath,
      KM_SOURCES: `repo=${root}`,
      KM_GRPC_ADDRESS: "127.0.0.1:0",
      KM_METRICS_ADDRESS: "127.0.0.1:0",
    },
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  await sleep(afterMs);
  child.kill("SIGKILL");
  await ended;
}

/** A word that is one term to any index: letters alone. */
export function canary(version: number): string {
  return `canary${[...String(version)].map((digit) => "ghjkmpqrwz"[Number(digit)]).join("")}`;
}

/** A file of some thirty functions, two of them its own: `version` changes words that must vanish with it. */
function fileText(file: number, version: number): string {
  const lines = [`// ${canary(version)} of file ${file}`];
  for (let i = 0; i < 30; i++) {
    lines.push(`export function shared${i}(value: number): number {`);
    for (let line = 0; line < 12; line++) lines.push(`  value += ${i} * ${line} + ${file % 7};`);
    lines.push("  return value;", "}", "");
  }
  lines.push(`export const last${file} = "${canary(version)}";`, "");
  return lines.join("\n");
}

/** Changes, adds, deletes and renames some files, and commits half the time. */
function edit(repo: TestRepo, random: Dice, edits: number): number {
  const paths = [...treeOf(repo).keys()].filter((path) => !path.startsWith("src/kits/"));
  const count = 4 + random.below(12);
  for (let i = 0; i < count; i++) {
    const path = paths[random.below(paths.length)]!;
    const kind = random.below(6);
    edits += 1;
    if (kind === 0 && paths.length > 20) {
      repo.git("rm", "-q", "-f", "--", path);
      paths.splice(paths.indexOf(path), 1);
    } else if (kind === 1) {
      repo.git("mv", "-f", "--", path, `src/moved-${edits}.ts`);
      paths.splice(paths.indexOf(path), 1, `src/moved-${edits}.ts`);
    } else if (kind === 2) {
      repo.write(`src/new-${edits}.ts`, fileText(edits, edits));
      paths.push(`src/new-${edits}.ts`);
    } else repo.write(path, fileText(edits, edits));
    repo.git("add", "-A");
  }
  if (random.below(2) === 0) repo.commit();
  return edits;
}

function treeOf(repo: TestRepo): Tree {
  const paths = repo.git("ls-files", "-z").split("\0").filter(Boolean);
  return new Map(paths.map((path) => [path, readFileSync(join(repo.root, path), "utf8")]));
}

function servedTree({ files }: Verified): Tree {
  return new Map([...(files.get("repo") ?? [])].map(([path, { text }]) => [path, text]));
}

/** Some words of one tree that the other has not. */
function vanished(former: Tree, now: Tree): string[] {
  const words = (tree: Tree) => new Set([...tree.values()].map((text) => /canary[a-z]+/.exec(text)![0]));
  const present = words(now);
  return [...words(former)].filter((word) => !present.has(word)).slice(0, 3);
}

function sameTree(a: Tree, b: Tree): boolean {
  return a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}

function differences(now: Tree, last: Tree, next: Tree): string {
  const paths = new Set([...now.keys(), ...last.keys(), ...next.keys()]);
  const odd = [...paths].filter((path) => now.get(path) !== last.get(path));
  return `${now.size} files served, ${last.size} before, ${next.size} wanted; other than before: ${odd.slice(0, 5)}`;
}

/** Runs an ingest to its end. */
async function complete(clients: Clients): Promise<void> {
  const { runs } = await clients.ingest.startIngest({});
  let last = runs[0];
  for await (const { progress } of clients.ingest.watchIngest({ runId: runs[0]!.runId })) last = progress?.run ?? last;
  assert.is(last?.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED, JSON.stringify(last?.error));
}

/** Until a run says it has entered a stage. It waits from its start, and sweeps as soon as its end is told. */
async function entered(clients: Clients, runId: string, stage: string): Promise<void> {
  if (stage === "waiting") return;
  for await (const { progress } of clients.ingest.watchIngest({ runId })) if (progress?.stage === stage) return;
}

/** What callers are answered: some files whole, the word that only a served file holds, and no word that none holds. */
async function servesTree(clients: Clients, tree: Tree, gone: readonly string[], note: string): Promise<void> {
  const { sources } = await clients.ingest.listSources({});
  assert.is(sources[0]?.files, tree.size, `${note}: files served`);
  const paths = [...tree.keys()];
  for (const path of [paths[0]!, paths.at(-1)!]) {
    const { content } = await clients.search.getArtifact({ source: "repo", path });
    assert.is(content, tree.get(path), `${note}: ${path}`);
    const word = /canary[a-z]+/.exec(tree.get(path)!)![0];
    const found = await pathsWith(clients, word);
    const holders = paths.filter((one) => tree.get(one)!.includes(`${word}"`));
    assert.equal(found, new Set(holders), `${note}: who holds ${word}`);
  }
  for (const word of gone) assert.equal(await pathsWith(clients, word), new Set(), `${note}: ${word} is gone`);
}

async function pathsWith(clients: Clients, query: string): Promise<Set<string>> {
  const { hits } = await clients.search.search({ query, mode: SearchMode.SEARCH_MODE_LEXICAL, pageSize: 20 });
  return new Set(hits.map(({ artifact }) => artifact!.path));
}

/** The killed run, in job state and in the ledger: it ended as it did, and says why. */
async function toldOf(clients: Clients, runId: string, mayHaveSucceeded: boolean, note: string): Promise<void> {
  const { runs } = await clients.ingest.listIngestRuns({ pageSize: 50 });
  const run = runs.find((one) => one.runId === runId);
  const state = run?.state;
  if (state === IngestRunState.INGEST_RUN_STATE_SUCCEEDED) assert.ok(mayHaveSucceeded, `${note}: it did not succeed`);
  else {
    assert.is(state, IngestRunState.INGEST_RUN_STATE_FAILED, note);
    assert.is(run?.error?.reason, "INTERRUPTED", note);
  }
  const { entries } = await clients.audit.listEntries({ runId });
  const outcomes = entries.map(({ outcome }) => outcome);
  const [started, succeeded, interrupted, committing] = [1, 2, 7, 8];
  const end = state === IngestRunState.INGEST_RUN_STATE_SUCCEEDED ? succeeded : interrupted;
  assert.equal(
    outcomes.filter((outcome) => outcome !== committing),
    [end, started],
    `${note}: the ledger's entries`,
  );
}
