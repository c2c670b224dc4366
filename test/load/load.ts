/**
 * `npm run load [-- --seconds N]`: 500 callers under 25 tokens of an unlimited class on 105,199 chunks, four calls in
 * five a Search, driven by ghz; then what an attacker who hammers at his quota's limit does to the others, in five
 * paired rounds. Caller and gateway share the machine. The index is made once, and kept in .cache/load.
 */
import { mkdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";
import { median, percentile, round } from "../bench/figures.ts";
import { tree } from "../bench/trees.ts";
import { ingest, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { issueTokens } from "../support/issue-tokens.ts";
import { type Call, type Callers, drive, findGhz } from "./ghz.ts";
import { parseLoad, usage } from "./load-arguments.ts";
import { others, searches } from "./mix.ts";

const asked = parseLoad(process.argv.slice(2));
if ("help" in asked) {
  console.log(usage);
  process.exit(0);
}
if ("problem" in asked) {
  console.error(`${asked.problem}\n${usage}`);
  process.exit(2);
}
const { seconds, roundSeconds } = asked;
const found = findGhz();
if (found === undefined) {
  console.error("ghz is not there: it is built where there is Go (https://go.dev/dl), or put it on PATH");
  process.exit(1);
}
const ghz = found;
// What was started ends with this process: exit handlers here and in test/support see to it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const callers = 500;
const tokenCount = 25;
const searchShare = 0.8;
/** To learn how many searches a second there are, so that the others can be a fifth beside them. */
const calibrationSeconds = Math.min(10, seconds);
/** What is asked for: accepted calls a second, refusals, and how far an attacker may move the others' p95. */
const wantedRate = 150;
const mostRefused = 0.01;
const mostMoved = 1.5;
const rounds = 5;

const cache = projectFile(".cache/bench");
const statePath = projectFile(`.cache/load/${asked.tree}/state`);
mkdirSync(cache, { recursive: true });
mkdirSync(statePath, { recursive: true });
const root = tree(cache, asked.tree);
const env = {
  KM_SOURCES: `bench=${root}`,
  KM_LOG_LEVEL: "warn",
  // The default quota is what the attacker has.
  KM_RATE_LIMIT_REQUESTS: "300",
  KM_SCHEDULER_ENABLED: "off",
};
const texts = await issueTokens(statePath, env, [
  ...Array.from({ length: tokenCount }, (_, at) => ({ name: `caller-${at + 1}` })),
  { name: "maintainer", scope: "maintainer" as const },
  { name: "attacker", quotaClass: "default" },
]);
const tokens = texts.slice(0, tokenCount);
const [maintainer = "", attacker = ""] = texts.slice(tokenCount);
const folder = temporaryFolder();
const gateway = await startGatewayProcess({ statePath, env });
let bad = false;
const say = (ok: boolean, what: string) => {
  if (!ok) bad = true;
  console.log(`${ok ? "ok  " : "FAIL"} ${what}`);
};
try {
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} before; making sure of the index …`);
  const commands = gateway.clients(maintainer);
  await ingest(commands);
  const listed = await commands.ingest.listSources({});
  console.log(`${listed.sources[0]?.chunks} chunks; ${callers} callers for ${seconds} s under ${tokenCount} tokens`);
  const paths = (await commands.search.search({ query: "list instances", pageSize: 20 })).hits.flatMap(
    ({ artifact }) => (artifact === undefined ? [] : [artifact.path]),
  );

  const searching: Callers = {
    ...searches,
    tokens,
    concurrency: callers * searchShare,
    connections: tokenCount,
  };
  const rest = others(paths);
  const besides = (perSecond: number) => [
    searching,
    ...rest.map((some) => ({
      ...some,
      tokens,
      concurrency: Math.round((callers * (1 - searchShare)) / rest.length),
      connections: 5,
      rate: (perSecond * (1 - searchShare)) / searchShare / rest.length,
    })),
  ];
  const alone = await searchesPerSecond([searching]);
  // Beside the others there are fewer searches, and so fewer others.
  const fewer = await searchesPerSecond(besides(alone));
  await mixed(besides(fewer));
  if (roundSeconds > 0) await attack(alone);
} finally {
  const { code, stderr } = await gateway.stop();
  say(code === 0, `the gateway stopped with exit code ${code} ${stderr}`);
}
process.exit(bad ? 1 : 0);

async function searchesPerSecond(all: readonly Callers[]): Promise<number> {
  const began = performance.now();
  const [calls = []] = await drive(ghz, gateway.address, folder, calibrationSeconds, all);
  return accepted(calls).length / ((performance.now() - began) / 1_000);
}

async function mixed(all: readonly Callers[]): Promise<void> {
  const began = performance.now();
  const cpu = await processorSeconds();
  const calls = (await drive(ghz, gateway.address, folder, seconds, all)).flat();
  const worked = (await processorSeconds()) - cpu;
  const took = (performance.now() - began) / 1_000;
  const methods = [...new Set(calls.map(({ method }) => method))];
  console.table([
    ...methods.map((method) =>
      row(
        method.split(".").at(-1)!,
        calls.filter((call) => call.method === method),
        took,
      ),
    ),
    row("all", calls, took),
  ]);
  const statuses = countByStatus(calls);
  console.log(`statuses: ${[...statuses].map(([status, n]) => `${status} ${n}`).join(", ")}`);
  const rate = accepted(calls).length / took;
  const refused = (statuses.get("ResourceExhausted") ?? 0) / calls.length;
  const foreign = [...statuses.keys()].filter((status) => status !== "OK" && status !== "ResourceExhausted");
  const searched = calls.filter(({ method }) => method === searches.method).length / calls.length;
  console.log(`searches are ${round(searched * 100)}% of the calls; load ${loadavg()[0]?.toFixed(1)}`);
  // Where other work shares the machine, calls a second say little; this says what the gateway could do.
  console.log(
    `the gateway worked ${round((worked / calls.length) * 1_000)} ms of processor a call, on ${round(worked / took)} cores`,
  );
  say(rate >= wantedRate, `${round(rate)} accepted calls a second; ${wantedRate} are wanted`);
  say(refused < mostRefused, `${round(refused * 100, 2)}% refused; less than ${mostRefused * 100}% is wanted`);
  say(foreign.length === 0, `other statuses than OK and RESOURCE_EXHAUSTED: ${foreign.join(", ") || "none"}`);
}

async function processorSeconds(): Promise<number> {
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(await gateway.metrics())?.[1]);
}

/** Others call at half of what the gateway can, with and without the attacker, in turn. */
async function attack(searchRate: number): Promise<void> {
  const quiet: Callers = { ...searches, tokens, concurrency: 50, connections: 10, rate: searchRate / 2 };
  // As hard as he can; the processor that his own program takes is not the gateway's to guard, so it stands back.
  const hammer: Callers = {
    ...searches,
    tokens: [attacker],
    concurrency: 32,
    connections: 4,
    background: true,
  };
  const ratios: number[] = [];
  const rows: Record<string, number>[] = [];
  for (let at = 1; at <= rounds; at++) {
    const alone = async () => (await drive(ghz, gateway.address, folder, roundSeconds, [quiet]))[0] ?? [];
    // Which comes first alternates, so that a machine that slows down favours neither.
    const before = at % 2 === 1 ? await alone() : undefined;
    const [his = [], theirs = []] = await drive(ghz, gateway.address, folder, roundSeconds, [hammer, quiet]);
    const calm = before ?? (await alone());
    const without = p95(calm);
    const beside = p95(theirs);
    ratios.push(beside / without);
    rows.push({
      round: at,
      "p95 alone ms": round(without),
      "p95 beside ms": round(beside),
      ratio: round(beside / without, 2),
      "attacker, calls/s": round(his.length / roundSeconds, 0),
      accepted: accepted(his).length,
    });
  }
  console.table(rows);
  const moved = median(ratios);
  say(
    moved < mostMoved,
    `an attacker moves the others' p95 by ${round(moved, 2)} (median); less than ${mostMoved} is wanted`,
  );
}

function accepted(calls: readonly Call[]): readonly Call[] {
  return calls.filter(({ status }) => status === "OK");
}

function p95(calls: readonly Call[]): number {
  return percentile(
    accepted(calls).map(({ ms }) => ms),
    0.95,
  );
}

function row(method: string, calls: readonly Call[], took: number): Record<string, number | string> {
  const times = accepted(calls).map(({ ms }) => ms);
  const [p50 = 0, p95 = 0, p99 = 0] = [0.5, 0.95, 0.99].map((share) => round(percentile(times, share)));
  const perSecond = round(times.length / took);
  return { method, calls: calls.length, "accepted/s": perSecond, "p50 ms": p50, "p95 ms": p95, "p99 ms": p99 };
}

function countByStatus(calls: readonly Call[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of calls) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}
