import type { GraphEdge, GraphNode } from "../../src/domain/graph/mod.ts";
import type { Contribution, GraphStore, GraphTotals } from "../../src/ports/mod.ts";
import { dice, edge, place, plainNode, symbolIn } from "../contract/graph-corpus.ts";

const perFile = 19;
const perFolder = 40;
const callsOfSymbol = 4;
export const benchSource = "bench";
const source = benchSource;
const never = new AbortController().signal;
const roll = dice(7);

const pathOf = (file: number) => `src/part${Math.floor(file / perFolder)}/file${file}.ts`;
const symbolOf = (file: number, n: number) => symbolIn(source, pathOf(file), `name${file}_${n}`);

/** Mostly a neighbour in the folder; else anything, and now and then one of the few that everything uses. */
function someFile(file: number, files: number): number {
  const kind = roll(10);
  if (kind < 6) return Math.floor(file / perFolder) * perFolder + roll(perFolder);
  return kind < 9 ? roll(files) : Math.floor(files * (roll(1_000) / 1_000) ** 6);
}

function contributionOf(file: number, files: number): Contribution {
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
      const target = symbolOf(Math.min(files - 1, someFile(file, files)), roll(perFile));
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
    const target = plainNode(source, "file", pathOf(Math.min(files - 1, someFile(file, files))));
    if (target.nodeId !== own.nodeId) edges.push(edge(own, "imports", target, "exact", says(n + 1)));
  }
  return { nodes, edges };
}

/** Writes one generation: what these files say, anew each time. `files` is how many there are in all. */
export async function writeFiles(
  graph: GraphStore,
  base: number,
  next: number,
  files: number,
  which: Iterable<number>,
): Promise<GraphTotals> {
  const writer = await graph.begin(source, base, next, never);
  let puts: Promise<void>[] = [];
  for (const file of which) {
    puts.push(writer.put(pathOf(file), contributionOf(file, files), never));
    if (puts.length < 256) continue;
    await Promise.all(puts);
    puts = [];
  }
  await Promise.all(puts);
  return writer.commit(never);
}
