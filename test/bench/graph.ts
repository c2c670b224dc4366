import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Direction } from "../../gen/knowledge/v1/graph_service.ts";
import { type Clients, openClients } from "../../src/cli/clients.ts";
import { dice } from "../contract/graph-corpus.ts";
import { percentile, round } from "./figures.ts";

const token = randomBytes(32).toString("base64url");
const files = Number(process.env["KM_TEST_BENCH_FILES"] ?? 10_000);
/** Of each question, after as many that warm up: a gateway that has run for a minute is what callers meet. */
const calls = 500;

interface Built {
  readonly nodes: number;
  readonly edges: number;
  readonly generation: number;
  readonly buildMs: number;
  readonly changeMs: number;
  readonly slowestChangeMs: number;
  readonly diskMb: number;
}

interface Opened {
  readonly address: string;
  readonly loadMs: number;
  readonly memoryMb: number;
}

/** The embedded graph through gRPC: each question about other nodes, one caller. */
export async function benchGraph(): Promise<Record<string, number | string>[]> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-bench-graph-"));
  let server: ChildProcess | undefined;
  try {
    const built = await told<Built>(start("graph-build", [folder, String(files)]));
    server = start("graph-server", [folder, String(built.generation)]);
    const opened = await told<Opened>(server);
    const clients = openClients(opened.address, token);
    const { pid } = server;
    const rows = await ask(clients, () => cpuMs(pid));
    clients.close();
    return [...made(built, opened), ...rows];
  } finally {
    const ended = server === undefined ? undefined : once(server, "close");
    server?.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

function made(built: Built, { loadMs, memoryMb }: Opened): Record<string, string>[] {
  const { nodes, edges, buildMs, changeMs, slowestChangeMs, diskMb } = built;
  const changed = `${round(changeMs, 0)} ms, at most ${round(slowestChangeMs, 0)}`;
  return [
    { question: `${nodes} nodes, ${edges} edges: built in ${round(buildMs / 1000)} s; one file changed in ${changed}` },
    {
      question: `${round(diskMb, 0)} MB on disk; opened in ${round(loadMs, 0)} ms, ${round(memoryMb, 0)} MB in memory`,
    },
  ];
}

function start(name: string, args: readonly string[]): ChildProcess {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const module = fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));
  return spawn(process.execPath, [module, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, KM_TEST_TOKEN: token },
  });
}

/** What a process has to say: the JSON line on its error output. */
function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const seen: string[] = [];
    createInterface({ input: child.stderr! }).on("line", (line) => {
      seen.push(line);
      if (line.startsWith("{")) resolve(JSON.parse(line) as T);
    });
    child.once("close", (code) => reject(new Error(`it ended with ${code}: ${seen.join("\n")}`)));
  });
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
    for (let i = 0; i < 2 * calls; i++) {
      const began = performance.now();
      const size = await call();
      if (i < calls) {
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
