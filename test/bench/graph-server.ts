/**
 * A gateway's edge and GraphService over an embedded graph of 200,000 nodes and a million edges, in a process of its
 * own. Prints a JSON line with its address and what building took on its error output.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openLibsqlGraph } from "../../src/adapters/libsql/mod.ts";
import { envTokenStore, memoryQuota, memoryState } from "../../src/adapters/memory/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import type { GraphEdge, GraphNode } from "../../src/domain/graph/mod.ts";
import { limits, loadPolicies, openServer, realTimers } from "../../src/edge/mod.ts";
import type { Contribution, GraphStore } from "../../src/ports/mod.ts";
import { graphService } from "../../src/services/graph/mod.ts";
import { openTelemetry } from "../../src/telemetry/mod.ts";
import { dice, edge, place, plainNode, symbolIn } from "../contract/graph-corpus.ts";

const files = Number(process.argv[2] ?? 10_000);
const perFile = 19;
const perFolder = 40;
const callsOfSymbol = 4;
const source = "bench";
const never = new AbortController().signal;
const roll = dice(7);

const pathOf = (file: number) => `src/part${Math.floor(file / perFolder)}/file${file}.ts`;
const symbolOf = (file: number, n: number) => symbolIn(source, pathOf(file), `name${file}_${n}`);

/** Mostly a neighbour in the folder; else anything, and now and then one of the few that everything uses. */
function someFile(file: number): number {
  const kind = roll(10);
  if (kind < 6) return Math.floor(file / perFolder) * perFolder + roll(perFolder);
  return kind < 9 ? roll(files) : Math.floor(files * (roll(1_000) / 1_000) ** 6);
}

function contributionOf(file: number): Contribution {
  const path = pathOf(file);
  const artifact_type = file % 5 === 4 ? "test" : "code";
  const subsystem = `part${Math.floor(file / perFolder)}`;
  const own = plainNode(source, "file", path, { attributes: { artifact_type, language: "typescript", subsystem } });
  const home = plainNode(source, "subsystem", subsystem);
  const nodes: GraphNode[] = [own, home];
  const edges: GraphEdge[] = [edge(home, "contains", own)];
  const says = (line: number) => [place(path, line)];
  for (let n = 0; n < perFile; n++) {
    const symbol = symbolOf(file, n);
    nodes.push(symbol);
    edges.push(edge(own, "defines", symbol, "exact", says(n * 10 + 1)));
    for (let call = 0; call < callsOfSymbol; call++) {
      const target = symbolOf(Math.min(files - 1, someFile(file)), roll(perFile));
      if (target.nodeId === symbol.nodeId) continue;
      edges.push(
        edge(
          symbol,
          call === 3 ? "references" : "calls",
          target,
          roll(4) === 0 ? "possible" : "exact",
          says(n * 10 + call),
        ),
      );
    }
  }
  for (let n = 0; n < 6; n++) {
    const target = plainNode(source, "file", pathOf(Math.min(files - 1, someFile(file))));
    if (target.nodeId !== own.nodeId) edges.push(edge(own, "imports", target, "exact", says(n + 1)));
  }
  return { nodes, edges };
}

async function write(graph: GraphStore, base: number, next: number, which: Iterable<number>) {
  const writer = await graph.begin(source, base, next, never);
  let puts: Promise<void>[] = [];
  for (const file of which) {
    puts.push(writer.put(pathOf(file), contributionOf(file), never));
    if (puts.length < 256) continue;
    await Promise.all(puts);
    puts = [];
  }
  await Promise.all(puts);
  return writer.commit(never);
}

const folder = mkdtempSync(join(tmpdir(), "gateway-bench-graph-"));
// Ended by the bench: only an exit of its own takes the folder away.
process.once("SIGTERM", () => process.exit(0));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const quiet = { add() {}, set() {}, observe() {} };
const open = () => openLibsqlGraph({ statePath: folder, meter: quiet }, never);

let graph = await open();
let began = performance.now();
await write(graph, 0, 1, Array.from({ length: files }, (_, file) => file).keys());
const buildMs = performance.now() - began;
began = performance.now();
const totals = await write(graph, 1, 2, [Math.floor(files / 2)]);
const changeMs = performance.now() - began;
await graph.close();
const diskMb = statSync(join(folder, "graph", "graph.db")).size / 1e6;
const before = process.memoryUsage().rss;
began = performance.now();
graph = await open();
const loadMs = performance.now() - began;
const memoryMb = (process.memoryUsage().rss - before) / 1e6;

const state = memoryState(systemClock);
const lease = await state.leases.acquire(`ingest:${source}`, "run", 60_000, never);
if ("heldBy" in lease) throw new Error("the lease is held");
const revision = {
  source,
  generation: 2,
  commit: "",
  indexedAt: Date.now(),
  dirty: false,
  fingerprint: "",
  configuration: "",
  files,
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
const built = { address: server.address, ...totals, buildMs, changeMs, diskMb, loadMs, memoryMb };
process.stderr.write(`${JSON.stringify(built)}\n`);
