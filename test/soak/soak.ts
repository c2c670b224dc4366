/**
 * `npm run soak [-- --minutes N]`: a real gateway over a repository that grows commit by commit, under callers of all
 * kinds, with its memory, descriptors and event loop watched. Draws a chart, prints what was found, and ends with 1
 * when something was not as it must be. Takes five minutes more than asked for at most, and leaves nothing running.
 */
import { setMaxListeners } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { currentRuntime, projectFile } from "../../src/runtime/mod.ts";
import { type GatewayProcess, ingest, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { issueTokens } from "../support/issue-tokens.ts";
import { callAround, type Load, pause } from "./callers.ts";
import { page } from "./chart.ts";
import { growingRepository } from "./growing-repository.ts";
import { ingestInTurns } from "./ingest-loop.ts";
import { type Sample, sampler } from "./sampler.ts";
import { parseSoak, usage } from "./soak-arguments.ts";
import { Tally } from "./tally.ts";
import { judge } from "./verdict.ts";

const asked = parseSoak(process.argv.slice(2), Date.now());
if ("help" in asked) {
  console.log(usage);
  process.exit(0);
}
if ("problem" in asked) {
  console.error(`${asked.problem}\n${usage}`);
  process.exit(2);
}
const { minutes, seed } = asked;
const out = resolve(asked.out ?? projectFile(".cache/soak/soak.html"));
// What was started is ended by the exit handlers of test/support.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
/** Setting up, the last runs and the stop, on a busy machine; a run that hangs ends here. */
const spareMs = 300_000;
setTimeout(
  () => {
    console.error("the run did not come to its end in time");
    process.exit(1);
  },
  minutes * 60_000 + spareMs,
).unref();

/** Between samples, ms: some three hundred to a thousand in a run. */
const sampleMs = minutes <= 5 ? 1_000 : 2_000;
/** What a connection leaves behind is gone after this, ms. */
const restMs = 5_000;
const sources = { growing: "growing", still: "still" };

const work = temporaryFolder();
const statePath = join(work, "state");
const repository = growingRepository(join(work, "growing"));
const still = growingRepository(join(work, "still"));
const env = {
  KM_SOURCES: `${sources.growing}=${repository.root},${sources.still}=${still.root}`,
  // A short window and small grace, so that what they bound comes and goes within the run.
  KM_QUOTA_CLASSES: "small=60:10",
  KM_RATE_LIMIT_WINDOW: "20s",
  KM_GENERATION_GRACE: "30s",
  KM_LOG_LEVEL: "error",
};
const texts = await issueTokens(statePath, env, [
  { name: "reader-1" },
  { name: "reader-2" },
  { name: "reader-3" },
  { name: "maintainer", scope: "maintainer" },
  { name: "limited", sources: [sources.still] },
  { name: "throttled", quotaClass: "small" },
  { name: "expired", lifetimeMs: 1 },
]);
const [maintainer = "", limited = "", throttled = "", expired = ""] = texts.slice(3);
const tokens = { readers: texts.slice(0, 3), maintainer, limited, throttled, expired };

const gateway = await startGatewayProcess({ statePath, env });
const { name, version } = currentRuntime();
console.log(`soak of ${minutes} min on ${name} ${version}, seed ${seed}; gateway ${gateway.pid} at ${gateway.address}`);
const tally = new Tally();
const ended = new AbortController();
// Each caller listens in its pauses.
setMaxListeners(100, ended.signal);
let switches = 0;
const load: Load = { address: gateway.address, tokens, sources, tally, signal: ended.signal, random: dice(seed) };
const commands = gateway.clients(maintainer);
await ingest(commands);
await Promise.all(tokens.readers.map((token) => gateway.clients(token).ingest.listSources({})));
await gateway.clients(limited).ingest.listSources({});
await gateway.clients(throttled).ingest.listSources({});

const sample = sampler(
  gateway,
  () => tally.total,
  () => switches,
);
await pause(restMs, ended.signal);
const restBefore = await sample();
const samples: Sample[] = [];
const failures: unknown[] = [];
const running = [callAround(load), ingestInTurns(load, repository, () => void switches++)].map((part) =>
  part.catch((error: unknown) => {
    failures.push(error);
    ended.abort();
  }),
);
const timer = setTimeout(() => ended.abort(), minutes * 60_000);
void gateway.ended.then(() => ended.abort());
while (!ended.signal.aborted) {
  await pause(sampleMs, ended.signal);
  if (!ended.signal.aborted) samples.push(await sample());
  if (samples.length % 15 === 0) tell(samples.at(-1));
}
clearTimeout(timer);
await Promise.all(running);
for (const error of failures) console.error("a caller broke:", error);

await pause(restMs, new AbortController().signal);
const restAfter = await sample();
const incremental = await chunks(gateway);
await ingest(commands, IngestMode.INGEST_MODE_FULL);
const full = await chunks(gateway);
const { code: exitCode, stdout, stderr } = await gateway.stop();
if (stdout + stderr !== "") console.error(`the gateway said:\n${(stdout + stderr).slice(-4_000)}`);

const findings = judge({
  samples,
  counts: tally.counts(),
  restBefore,
  restAfter,
  chunks: { incremental, full },
  exitCode,
});
const title = `Soak of ${minutes} minutes on ${name} ${version}, ${tally.total} calls, ${switches} generation switches`;
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, page(title, samples, tally.counts(), findings));
writeFileSync(out.replace(/(\.html)?$/, ".json"), JSON.stringify({ seed, samples, counts: tally.counts(), findings }));
console.log(title);
console.table(tally.counts().map(({ kind, status, calls, expected }) => ({ kind, status, calls, expected })));
for (const { what, ok, says } of findings) console.log(`${ok ? "ok  " : "FAIL"} ${what}: ${says}`);
console.log(`chart: ${out}`);
process.exit(failures.length === 0 && findings.every(({ ok }) => ok) ? 0 : 1);

function tell(last: Sample | undefined): void {
  if (last === undefined) return;
  const { seconds, residentMb, heapMb, descriptors, callsPerSecond, cores } = last;
  const figures = [residentMb, heapMb, descriptors, callsPerSecond].map((value) => value.toFixed(0));
  const [resident, heap, open, calls] = figures;
  console.log(
    `${seconds.toFixed(0)} s: ${resident} MB resident, ${heap} MB heap, ${open} descriptors, ${calls} calls/s, ${cores.toFixed(1)} cores, ${switches} switches`,
  );
}

async function chunks(of: GatewayProcess): Promise<number> {
  const listed = await of.clients(maintainer).ingest.listSources({});
  return listed.sources.reduce((sum, source) => sum + Number(source.chunks), 0);
}

/** A small generator of pseudo-random numbers (Vigna's splitmix, in 32 bits), 0 to 1. */
function dice(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
