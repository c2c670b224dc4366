import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { median, round } from "./figures.ts";
import { type TreeName, tree } from "./trees.ts";

interface Took {
  readonly chunks: number;
  readonly nodes: number;
  readonly edges: number;
  readonly ms: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
}

/** Each pair is two full ingests one after the other; which comes first changes from pair to pair. */
const pairs = Number(process.env["KM_TEST_BENCH_PAIRS"] ?? 3);

/** What the graph adds to a full ingest: extraction, linking and storing, against the same without. */
export async function benchExtraction(cache: string, name: TreeName): Promise<Record<string, number | string>[]> {
  const root = tree(cache, name);
  const state = join(cache, "state-extraction");
  const rows: Record<string, number | string>[] = [];
  const added: { readonly ms: number; readonly cpu: number }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? ["off", "on"] : ["on", "off"];
    const took = new Map<string, Took>();
    for (const graph of order) {
      rmSync(state, { recursive: true, force: true });
      took.set(graph, await run(state, root, graph));
    }
    const [without, with_] = [took.get("off")!, took.get("on")!];
    if (without.chunks !== with_.chunks || without.nodes !== 0 || with_.nodes === 0)
      throw new Error(`these can't be compared: ${JSON.stringify([without, with_])}`);
    const one = { ms: with_.ms / without.ms - 1, cpu: with_.cpuMs / without.cpuMs - 1 };
    added.push(one);
    rows.push({
      tree: name,
      chunks: with_.chunks,
      nodes: with_.nodes,
      edges: with_.edges,
      "without s": round(without.ms / 1000),
      "with s": round(with_.ms / 1000),
      "added %": round(one.ms * 100),
      "without CPU s": round(without.cpuMs / 1000),
      "with CPU s": round(with_.cpuMs / 1000),
      "added CPU %": round(one.cpu * 100),
    });
  }
  rmSync(state, { recursive: true, force: true });
  const ofAll = {
    "added %": round(median(added.map(({ ms }) => ms)) * 100),
    "added CPU %": round(median(added.map(({ cpu }) => cpu)) * 100),
  };
  return [...rows, { tree: `${name}, median`, ...ofAll }];
}

/** In a process of its own: what a first ingest leaves in memory would help the second. */
function run(state: string, root: string, graph: string): Promise<Took> {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const module = fileURLToPath(new URL(`./extraction-run${extension}`, import.meta.url));
  const child = spawn(process.execPath, [module, state, root, graph], { stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    const seen: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => seen.push(line));
    child.once("close", (code) => {
      const said = seen.find((line) => line.startsWith("{"));
      if (code === 0 && said !== undefined) resolve(JSON.parse(said) as Took);
      else reject(new Error(`it ended with ${code}: ${seen.join("\n")}`));
    });
  });
}
