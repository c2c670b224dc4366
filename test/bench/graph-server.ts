/**
 * A gateway's edge and GraphService over the embedded graph that `graph-build` left in the folder named, in a process
 * of its own. Prints a JSON line with its address and what opening took on its error output.
 */
import process from "node:process";
import { openLibsqlGraph } from "../../src/adapters/libsql/mod.ts";
import { envTokenStore, memoryQuota, memoryState } from "../../src/adapters/memory/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import { limits, loadPolicies, openServer, realTimers } from "../../src/edge/mod.ts";
import { boundHeapGrowth } from "../../src/runtime/mod.ts";
import { graphService } from "../../src/services/graph/mod.ts";
import { openTelemetry } from "../../src/telemetry/mod.ts";
import { benchSource as source } from "./graph-files.ts";

const [statePath = "", generation = 0] = [process.argv[2], Number(process.argv[3])];
const never = new AbortController().signal;
const quiet = { add() {}, set() {}, observe() {} };

boundHeapGrowth();
const before = process.memoryUsage().rss;
const began = performance.now();
const graph = await openLibsqlGraph({ statePath, meter: quiet }, never);
const loadMs = performance.now() - began;
const memoryMb = (process.memoryUsage().rss - before) / 1e6;

const state = memoryState(systemClock);
const lease = await state.leases.acquire(`ingest:${source}`, "run", 60_000, never);
if ("heldBy" in lease) throw new Error("the lease is held");
const revision = {
  source,
  generation,
  commit: "",
  indexedAt: Date.now(),
  dirty: false,
  fingerprint: "",
  configuration: "",
  files: 0,
  chunks: 0,
};
await state.revisions.flip(revision, { runId: "run", source } as never, lease, never);
const telemetry = openTelemetry({
  logFormat: "json",
  logLevel: "silent",
  version: "bench",
  runtime: "bench",
  sources: [],
});
const sources = { all: () => [{ name: source }], get: () => undefined } as never;
const points = { points: 100_000_000, windowMs: 60_000, burst: 0 };
const server = await openServer({
  address: "127.0.0.1:0",
  credentials: undefined,
  transportLog: false,
  authRequired: true,
  reflection: "off",
  limits: { ...limits, inFlightPerPrincipal: limits.inFlight },
  policies: await loadPolicies(),
  services: [graphService({ store: graph, state, sources, telemetry })],
  tokens: envTokenStore({ readerToken: process.env["KM_TEST_TOKEN"], adminToken: undefined }),
  quota: memoryQuota({ read: points, manage: points }),
  telemetry,
  clock: systemClock,
  timers: realTimers,
});
process.stderr.write(`${JSON.stringify({ address: server.address, loadMs, memoryMb })}\n`);
