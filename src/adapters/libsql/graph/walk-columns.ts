import {
  firstEvidence,
  type Met,
  mostOfOne,
  nodeKinds,
  spanningKinds,
  toWireId,
  type WalkEdge,
  walkSteps,
} from "../../../domain/graph/mod.ts";
import type { WalkQuery } from "../../../ports/mod.ts";
import { evidenceOf } from "./edges-packer.ts";
import type { Found, GraphAt } from "./found-nodes.ts";
import type { WalkAnswer } from "./reader-operations.ts";
import { kindBits, type TouchingEdges } from "./touching-edges.ts";

/** A node as a number: which graph, and its slot there. */
const slots = 2 ** 31;
const spanning = nodeKinds.map((kind) => spanningKinds.has(kind));

/** Edges of a graph that say the same. */
interface Told {
  readonly which: number;
  readonly said: readonly number[];
}

/** An edge on the walk; `others` tell of it where both ends span sources. */
interface Stepped extends WalkEdge<number>, Told {
  rank: number;
  others: Told[] | undefined;
}

/**
 * Walks over the columns of some sources; what spans sources is one node, that of the first source that shows it.
 * `pause`: awaited between parts, since a walk among hubs may take a second; ends it by throwing.
 */
export async function walkColumns(
  graphs: readonly GraphAt[],
  starts: readonly Found[],
  touching: TouchingEdges,
  query: WalkQuery,
  pause: () => Promise<void>,
): Promise<Omit<WalkAnswer, "nodes"> & { readonly found: readonly Found[] }> {
  const several = graphs.length > 1;
  const firsts = new Map<number, number>();
  const kindAt = (node: number): number => {
    const { nodes } = graphs[whichOf(node)]!.graph;
    return nodes.kind(nodes.first.values[node % slots]! - 1);
  };

  const idOf = (node: number): string => toWireId(graphs[whichOf(node)]!.graph.ids.whole(node % slots));

  /** Every place that shows the node: one, but for what spans sources. */
  const everywhere = (node: number): number[] => {
    if (!several || !spanning[kindAt(node)]) return [node];
    const id = graphs[whichOf(node)]!.graph.ids.bare(node % slots);
    return graphs.flatMap(({ graph, generation }, which) => {
      const slot = graph.ids.find(id);
      return slot >= 0 && graph.isShown(slot, generation) ? [which * slots + slot] : [];
    });
  };
  const first = (which: number, slot: number): number => {
    const node = which * slots + slot;
    if (which === 0 || !spanning[kindAt(node)]) return node;
    const known = firsts.get(node) ?? everywhere(node)[0]!;
    firsts.set(node, known);
    return known;
  };

  const wanted = { direction: query.direction, kinds: kindBits(query.kinds) };
  const met = (part: readonly number[]): Met<Stepped> => {
    const edges: Stepped[] = [];
    /** By ends and kind: edges that another graph may tell of too. */
    const shared = new Map<string, Stepped>();
    let cut = false;
    for (const node of several ? part.flatMap(everywhere) : part) {
      const which = whichOf(node);
      const { graph, generation } = graphs[which]!;
      const touched = touching.of(graph, node % slots, generation, wanted);
      cut ||= touched.length >= mostOfOne;
      const here = first(which, node % slots);
      for (let at = 0; at < touched.length && at < mostOfOne; at++) {
        const { other, outgoing, rank, said } = touched[at]!;
        const there = first(which, other);
        const from = outgoing ? here : there;
        const to = outgoing ? there : here;
        const edge: Stepped = { from, to, rank, which, said, others: undefined };
        if (!several || !spanning[kindAt(from)] || !spanning[kindAt(to)]) {
          edges.push(edge);
          continue;
        }
        const key = `${from}>${to}:${rank >> 1}`;
        const same = shared.get(key);
        if (same === undefined) {
          shared.set(key, edge);
          edges.push(edge);
        } else {
          same.rank = Math.min(same.rank, rank);
          same.others ??= [];
          if ([same, ...same.others].every((one) => one.which !== which)) same.others.push(edge);
        }
      }
    }
    const [lone = 0] = part;
    if (!several || part.length > 1 || !spanning[kindAt(lone)]) return { edges, cut };
    // Of one node that spans sources the edges of all come in one order, as those of any other node do.
    const found = edges.map((edge) => ({ edge, other: idOf(edge.from === lone ? edge.to : edge.from) }));
    found.sort(
      (a, b) =>
        a.edge.rank - b.edge.rank ||
        (a.other < b.other ? -1 : a.other > b.other ? 1 : 0) ||
        Number(a.edge.from !== lone) - Number(b.edge.from !== lone),
    );
    return { edges: found.slice(0, mostOfOne).map(({ edge }) => edge), cut: cut || edges.length >= mostOfOne };
  };

  const walking = walkSteps<number, Stepped>(
    starts.map(({ graph, slot }) =>
      first(
        graphs.findIndex((one) => one.graph === graph),
        slot,
      ),
    ),
    query,
    {
      forward: query.direction !== "incoming",
      kindOf: (node) => nodeKinds[kindAt(node)]!,
      numberOf: ({ rank }) => rank >> 1,
    },
  );
  let step = walking.next();
  while (!step.done) {
    step = walking.next(met(step.value));
    await pause();
  }
  const { nodes, edges, truncated } = step.value;
  const found = nodes.map((node) => {
    const { graph, generation } = graphs[whichOf(node)]!;
    return { graph, generation, slot: node % slots };
  });
  return { found, edges: packed(graphs, nodes, edges), truncated };
}

function whichOf(node: number): number {
  return Math.floor(node / slots);
}

function packed(graphs: readonly GraphAt[], nodes: readonly number[], edges: readonly Stepped[]): WalkAnswer["edges"] {
  const places = new Map(nodes.map((node, at) => [node, at]));
  const paths = new Map<string, number>();
  const numbers: number[] = [];
  for (const { from, to, rank, which, said, others } of edges) {
    const own = evidenceOf(graphs[which]!.graph, said);
    const more = others?.flatMap((one) => evidenceOf(graphs[one.which]!.graph, one.said));
    const evidence = more === undefined ? own : firstEvidence([...own, ...more]);
    numbers.push(places.get(from)!, places.get(to)!, (rank >> 1) | ((rank & 1) << 8) | (evidence.length << 16));
    for (const { path, lines } of evidence) {
      if (!paths.has(path)) paths.set(path, paths.size);
      numbers.push(paths.get(path)!, lines.start, lines.end);
    }
  }
  return { paths: [...paths.keys()], edges: Int32Array.from(numbers) };
}
