import {
  type Confidence,
  definitionId,
  type EdgeKind,
  type GraphEdge,
  nodeId,
  toWireId,
} from "../../../domain/graph/mod.ts";
import type { At } from "../../../domain/mod.ts";
import type { Candidate, Clock, GraphStore } from "../../../ports/mod.ts";
import { inTime } from "../in-time.ts";

export interface Relation {
  readonly kind: EdgeKind;
  readonly outgoing: boolean;
  /** Of the other end, as callers see ids. */
  readonly nodeId: string;
  readonly name: string;
  readonly confidence: Confidence;
}

export interface GraphContext {
  readonly nodeId: string;
  readonly relations: readonly Relation[];
}

/** What a search waits for the graph, ms: relations are an extra, and hits don't wait for it. */
const budgetMs = 10;
/** What a late answer still has, so that the next search finds it remembered, ms. */
const lateMs = 1_000;
/** Contexts remembered, some 1 KB each. */
const mostKept = 4_096;

/** What tells most about a passage: who tests and describes it, and what it uses and is used by. */
const asked: readonly { readonly kinds: readonly EdgeKind[]; readonly most: number }[] = [
  { kinds: ["tests", "documents"], most: 6 },
  { kinds: ["imports", "calls", "references", "extends", "implements", "declares", "depends-on"], most: 12 },
];

/** The graph's part of hits: of the symbol that a passage is in, else of its file. Kept as long as its generation is. */
export class GraphContexts {
  readonly #store: GraphStore;
  readonly #clock: Clock;
  readonly #kept = new Map<string, GraphContext>();

  constructor(store: GraphStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** One for each hit, or undefined when the graph did not answer in time; `why` is then told. */
  async of(
    candidates: readonly Candidate[],
    at: readonly At[],
    signal: AbortSignal,
    why: (reason: string) => void,
  ): Promise<readonly (GraphContext | undefined)[]> {
    const generations = new Map(at.map(({ source, generation }) => [source, generation]));
    const key = (one: Candidate) => `${generations.get(one.source)}\n${one.source}\n${idsOf(one).join("\n")}`;
    const missing = candidates.filter((one) => !this.#kept.has(key(one)));
    if (missing.length === 0) return candidates.map((one) => this.#kept.get(key(one)));
    const outcome = await inTime(this.#read(missing, at, key), budgetMs, this.#clock, signal);
    if (outcome === "done") return candidates.map((one) => this.#kept.get(key(one)));
    const said = outcome === "late" ? `did not answer within ${budgetMs} ms` : "did not answer";
    why(`include_graph: the graph ${said}; hits come without relations, ask again for them`);
    return [];
  }

  async #read(candidates: readonly Candidate[], at: readonly At[], key: (one: Candidate) => string): Promise<void> {
    const signal = AbortSignal.timeout(lateMs);
    const ids = [...new Set(candidates.flatMap(idsOf))];
    const found = new Set((await this.#store.nodes(at, ids, signal)).map((node) => node.nodeId));
    const nodes = candidates.map((one) => idsOf(one).find((id) => found.has(id)));
    const known = [...new Set(nodes.filter((id) => id !== undefined))];
    const lists = await Promise.all(
      asked.map(({ kinds, most: limitPerNode }) => {
        const query = { direction: "both", kinds, confidences: [], limitPerNode, offset: 0, evidence: false } as const;
        return this.#store.edges(at, known, query, signal);
      }),
    );
    const others = [...new Set(lists.flat().flatMap(({ from, to }) => [from, to]))];
    const names = new Map((await this.#store.nodes(at, others, signal)).map((node) => [node.nodeId, node.name]));
    for (const [i, candidate] of candidates.entries()) {
      const id = nodes[i];
      const relations = lists.flatMap((edges, list) => {
        const own = edges.filter(({ from, to }) => from === id || to === id);
        return own.slice(0, asked[list]!.most).map((edge) => relation(edge, id ?? "", names));
      });
      this.#keep(key(candidate), { nodeId: id === undefined ? "" : toWireId(id), relations });
    }
  }

  #keep(key: string, context: GraphContext): void {
    if (this.#kept.size >= mostKept) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, context);
  }
}

function relation(edge: GraphEdge, id: string, names: ReadonlyMap<string, string>): Relation {
  const { kind, from, to, confidence } = edge;
  const outgoing = from === id;
  const other = outgoing ? to : from;
  return { kind, outgoing, nodeId: toWireId(other), name: names.get(other) ?? "", confidence };
}

/** Where a passage may stand in the graph, the nearest first. */
function idsOf({ source, path, symbol }: Candidate): readonly string[] {
  const file = nodeId(source, "file", path);
  return symbol === undefined ? [file] : [definitionId(source, path, "", symbol), file];
}
