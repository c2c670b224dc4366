import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Direction } from "../../gen/knowledge/v1/graph_service.ts";
import { type Clients, openClients } from "../../src/cli/clients.ts";
import { dice } from "../contract/graph-corpus.ts";
import { percentile, round } from "./figures.ts";

const token = randomBytes(32).toString("base64url");
const files = Number(process.env["KM_TEST_BENCH_FILES"] ?? 10_000);
const calls = 100;

interface Built {
  readonly address: string;
  readonly nodes: number;
  readonly edges: number;
  readonly buildMs: number;
  readonly changeMs: number;
  readonly diskMb: number;
  readonly loadMs: number;
  readonly memoryMb: number;
}

/** The embedded graph through gRPC: each question about other nodes, one caller. */
export async function benchGraph(): Promise<Record<string, number | string>[]> {
  const server = fileURLToPath(
    new URL(`./graph-server${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`, import.meta.url),
  );
  const child = spawn(process.execPath, [server, String(files)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, KM_TEST_TOKEN: token },
  });
  try {
    const built = await new Promise<Built>((resolve, reject) => {
      const seen: string[] = [];
      createInterface({ input: child.stderr }).on("line", (line) => {
        seen.push(line);
        if (line.startsWith("{")) resolve(JSON.parse(line) as Built);
      });
      child.once("close", (code) => reject(new Error(`the graph server ended with ${code}: ${seen.join("\n")}`)));
    });
    const clients = openClients(built.address, token);
    const rows = await ask(clients, () => cpuMs(child.pid));
    clients.close();
    const { nodes, edges, buildMs, changeMs, diskMb, loadMs, memoryMb } = built;
    const made = {
      question: `${nodes} nodes, ${edges} edges: built in ${round(buildMs / 1000)} s, one file changed in ${round(changeMs, 0)} ms, opened in ${round(loadMs, 0)} ms; ${round(diskMb, 0)} MB on disk, ${round(memoryMb, 0)} MB in memory`,
    };
    return [made, ...rows];
  } finally {
    child.kill("SIGTERM");
  }
}

/** What a process has worked so far, all its threads; where it can't be known, not a number. */
function cpuMs(pid: number | undefined): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  // After the name, which is in parentheses: user and system time are fields 14 and 15, in hundredths of a second.
  const fields = readFileSync(file, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function ask({ graph }: Clients, worked: () => number): Promise<Record<string, number | string>[]> {
  const roll = dice(11);
  const someFile = () => roll(files);
  const symbol = () => {
    const file = someFile();
    return `symbol:bench/src/part${Math.floor(file / 40)}/file${file}.ts#name${file}_${roll(19)}`;
  };
  const code = { direction: Direction.DIRECTION_OUTGOING };
  const questions: [string, () => Promise<number>][] = [
    ["GetNode", async () => (await graph.getNode({ nodeId: symbol() })).neighbourhood!.edges.length],
    [
      "Traverse, depth 3, to 500 nodes",
      async () =>
        (await graph.traverse({ nodeIds: [symbol()], maxDepth: 3, maxNodes: 500, ...code })).subgraph!.nodes.length,
    ],
    [
      "Traverse, depth 3, both ways, to 500 nodes",
      async () => (await graph.traverse({ nodeIds: [symbol()], maxDepth: 3, maxNodes: 500 })).subgraph!.nodes.length,
    ],
    [
      "FindPath, depth 6",
      async () => (await graph.findPath({ from: symbol(), to: symbol(), maxDepth: 6 })).path!.nodes.length,
    ],
    [
      "FindPath, depth 6, outgoing",
      async () => (await graph.findPath({ from: symbol(), to: symbol(), maxDepth: 6, ...code })).path!.nodes.length,
    ],
    [
      "AnalyzeImpact, depth 4",
      async () => {
        const answer = await graph.analyzeImpact({ target: { $case: "nodeId", value: symbol() }, maxDepth: 4 });
        return answer.dependents.length + answer.tests.length;
      },
    ],
    ["SearchNodes, a word", async () => (await graph.searchNodes({ query: `name${someFile()}` })).nodes.length],
    ["ListOrphans", async () => (await graph.listOrphans({ kind: 4 })).nodes.length],
    ["ListSubsystems", async () => (await graph.listSubsystems({})).subsystems.length],
  ];
  const rows: Record<string, number | string>[] = [];
  for (const [question, call] of questions) {
    const times: number[] = [];
    const sizes: number[] = [];
    let cpu = worked();
    for (let i = 0; i < calls + 20; i++) {
      const began = performance.now();
      const size = await call();
      // The first ones warm up.
      if (i < 20) {
        cpu = worked();
        continue;
      }
      times.push(performance.now() - began);
      sizes.push(size);
    }
    rows.push({
      question,
      "p50 ms": round(percentile(times, 0.5)),
      "p95 ms": round(percentile(times, 0.95)),
      // Wall time is as long as the machine is busy; this is what the server did.
      "CPU ms": round((worked() - cpu) / calls),
      "p50 nodes": percentile(sizes, 0.5),
      "most nodes": Math.max(...sizes),
    });
  }
  return rows;
}
