import { needle } from "./name-texts.ts";
import type { SourceGraph } from "./source-graph.ts";

/** What a name is searched by; words in lower case. */
export interface NameSearch {
  readonly words: readonly string[];
  /** "": any. */
  readonly path: string;
}

/**
 * Numbers of the nodes whose names begin words so, or whose paths hold them, whichever generation shows them. The
 * longest word is looked for first, since it finds least; the others only in what it found.
 */
export function* nodesNamed(graph: SourceGraph, { words, path }: NameSearch): Generator<number> {
  const [first, ...others] = [...words].sort((a, b) => b.length - a.length);
  const lower = new LowerPaths(graph);
  const rest = others.map((word) => ({ word, bytes: needle(word) }));
  const marks = first === undefined ? undefined : new Uint8Array(graph.nodes.count);
  if (first !== undefined && marks !== undefined) {
    graph.texts.mark(needle(first), marks);
    lower.mark(first, marks);
  }
  for (const [from, to] of path === "" ? [[0, graph.nodes.count] as const] : graph.nodesAt(path))
    for (let at = from; at < to; at++) {
      if (marks !== undefined && marks[at] === 0) continue;
      if (path !== "" && graph.pathOf(at) !== path) continue;
      if (rest.every(({ word, bytes }) => graph.texts.has(at, bytes) || lower.of(at).includes(word))) yield at;
    }
}

/** Paths in lower case, each made once a search. */
class LowerPaths {
  readonly #graph: SourceGraph;
  readonly #known = new Map<string, string>();

  constructor(graph: SourceGraph) {
    this.#graph = graph;
  }

  of(node: number): string {
    return this.#lower(this.#graph.pathOf(node));
  }

  /** Marks the nodes in whose path a word stands. */
  mark(word: string, marks: Uint8Array): void {
    const { contributions, nodes } = this.#graph;
    for (let by = 0; by < contributions.count; by++) {
      if (!contributions.paths[by]!.toLowerCase().includes(word)) continue;
      for (let at = contributions.firstNode.values[by]!; at < contributions.firstNode.values[by + 1]!; at++)
        if (nodes.isOfFile(at)) marks[at] = 1;
    }
    for (const [at, path] of nodes.otherPaths) if (path.toLowerCase().includes(word)) marks[at] = 1;
  }

  #lower(path: string): string {
    const known = this.#known.get(path) ?? path.toLowerCase();
    this.#known.set(path, known);
    return known;
  }
}
