import { execFile } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { compareServers } from "./chain.ts";
import { percentile, round } from "./figures.ts";
import { type GatewayProcess, ingest, startProcess } from "./gateway-process.ts";
import { pairedRounds } from "./paired-rounds.ts";
import { timed } from "./search.ts";
import { type TreeName, tree } from "./trees.ts";

const run = promisify(execFile);
const emptyCallsOfRound = 3_000;
const searches = 400;
const callers = 16;
const searchRounds = 7;
/** Between the end of a scrape and the next: far more often than anybody scrapes, and seldom enough to be no load. */
const scrapePauseMs = 100;

/**
 * What metrics and logs cost, and tracing that is switched off: of empty calls through the whole chain, which have
 * nothing to hide it behind, and of searches through the real program; then how long /metrics takes beside those.
 */
export async function benchTelemetry(cache: string, name: TreeName): Promise<Record<string, number | string>[]> {
  return [...(await emptyCalls()), ...(await realSearches(cache, name))];
}

async function emptyCalls(): Promise<Record<string, number | string>[]> {
  const kinds = [
    "full-without-either",
    "full-without-metrics",
    "full-without-logs",
    "full-without-tracing-code",
    "full",
  ] as const;
  const compared = await compareServers(kinds, emptyCallsOfRound);
  const [, , , untraced, full] = compared;
  const rows = compared.map(({ kind, perSecond, ofFirst }) => cost(`empty call, ${kind}`, perSecond, ofFirst));
  return [...rows, { what: "tracing off, cost %", "cost %": round(100 * (1 - full!.ofFirst / untraced!.ofFirst)) }];
}

function cost(what: string, perSecond: number, ofFirst: number): Record<string, number | string> {
  return { what, "calls/s": round(perSecond, 0), "cost %": round(100 * (1 - ofFirst)) };
}

/** Two gateways on copies of one index: one as it is, one whose log is silent and whose metrics count nothing. */
async function realSearches(cache: string, name: TreeName): Promise<Record<string, number | string>[]> {
  const sources = `bench=${tree(cache, name)}`;
  const [on, off] = [join(cache, "telemetry-on"), join(cache, "telemetry-off")];
  const folders = [on, off];
  const running: GatewayProcess[] = [];
  const started = async (state: string, env: Record<string, string>) => {
    const gateway = await startProcess(state, sources, env);
    running.push(gateway);
    return gateway;
  };
  const logged = { KM_LOG_LEVEL: "info" };
  const probe = projectFile("dist/test/bench/metrics-off-probe.js");
  const silent = { KM_LOG_LEVEL: "silent", NODE_OPTIONS: `--import ${probe}` };
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  try {
    const first = await started(on, {});
    await ingest(first.clients, IngestMode.INGEST_MODE_FULL);
    await first.stop();
    cpSync(on, off, { recursive: true });
    const gateways = [await started(off, silent), await started(on, logged)];
    const rate = async (gateway: GatewayProcess) => (await timed(gateway, searches, callers)).perSecond;
    const [without, full] = await pairedRounds(gateways, searchRounds, rate);
    const counted = /^km_search_requests_total.* [1-9]/m;
    if (counted.test(await gateways[0]!.metrics()) || !counted.test(await gateways[1]!.metrics()))
      throw new Error("metrics were not off where they should be, or not on where they should");
    return [
      cost(`search of ${name}, without either`, without!.perSecond, without!.ofFirst),
      cost(`search of ${name}, full`, full!.perSecond, full!.ofFirst),
      await scraped("nothing", gateways[1]!, 0),
      await scraped("one caller", gateways[1]!, 1),
      await scraped(`${callers} callers`, gateways[1]!, callers),
    ];
  } finally {
    for (const gateway of running) await gateway.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from the request to the whole text. */
async function scraped(
  beside: string,
  gateway: GatewayProcess,
  callers: number,
): Promise<Record<string, number | string>> {
  let over = false;
  const load = (async () => {
    while (!over && callers > 0) await timed(gateway, 4 * callers, callers);
  })();
  const scraper = projectFile("dist/test/bench/scraper.js");
  const { stdout } = await run(process.execPath, [scraper, gateway.metricsAddress, String(scrapePauseMs)]);
  const { ms, bytes } = JSON.parse(stdout) as { readonly ms: readonly number[]; readonly bytes: number };
  over = true;
  await load;
  return {
    what: `/metrics beside ${beside}`,
    KiB: round(bytes / 1_024, 0),
    "p50 ms": round(percentile(ms, 0.5)),
    "p99 ms": round(percentile(ms, 0.99)),
  };
}
