import { type GraphNode, standingOf, toWireId } from "../../domain/graph/mod.ts";
import { canonicalJson, Fault } from "../../domain/mod.ts";
import type { EdgeQuery } from "../../ports/mod.ts";
import type { SubsystemAsk, SubsystemsAsk } from "./asks/ask.ts";
import { kindOfId, type PlacedNode, placed } from "./node-facts.ts";
import { type Caller, type GraphPorts, openReading, type Reading } from "./reading.ts";
import type { UnitedGraph } from "./united-graph.ts";

export interface SubsystemFacts {
  readonly node: GraphNode;
  readonly owners: readonly string[];
  readonly files: number;
  readonly tests: number;
  readonly docs: number;
}

export interface SubsystemsAnswer {
  readonly reading: Reading;
  readonly subsystems: readonly SubsystemFacts[];
  readonly nextPageToken: string;
}

export interface SubsystemAnswer {
  readonly reading: Reading;
  readonly subsystem: SubsystemFacts;
  readonly dependencies: readonly string[];
  readonly dependents: readonly string[];
  readonly members: readonly PlacedNode[];
  readonly nextPageToken: string;
}

const perCall = 10_000;
/** Subsystems whose files are remembered as counted. */
const mostKept = 1_000;

const anyEdge: EdgeQuery = {
  direction: "outgoing",
  kinds: [],
  confidences: [],
  limitPerNode: perCall,
  offset: 0,
  evidence: false,
};

/** Subsystems with what they hold; counts are kept as long as their generation is. */
export class Subsystems {
  readonly #kept = new Map<string, SubsystemFacts>();

  async list(ports: GraphPorts, caller: Caller, ask: SubsystemsAsk): Promise<SubsystemsAnswer> {
    const reading = await openReading(ports, caller, ask, ask.sources);
    const { graph, offset } = reading;
    const query = { words: [], kinds: ["subsystem"], path: "", orphans: false } as const;
    const { nodes } = await graph.search(query, 0, perCall - 1);
    const sorted = [...nodes].sort((a, b) => compare(a.source, b.source) || compare(a.name, b.name));
    const page = sorted.slice(offset, offset + ask.pageSize);
    const subsystems: SubsystemFacts[] = [];
    for (const node of page) subsystems.push(await this.#facts(graph, node));
    const more = offset + page.length < sorted.length ? offset + page.length : undefined;
    return { reading, subsystems, nextPageToken: await reading.next(more) };
  }

  async get(ports: GraphPorts, caller: Caller, ask: SubsystemAsk): Promise<SubsystemAnswer> {
    const reading = await openReading(ports, caller, ask, [ask.source]);
    const { graph, offset } = reading;
    const id = toWireId(`${ask.source}:subsystem:${ask.name}`);
    const node = (await graph.nodes([id])).get(id);
    if (node === undefined) {
      throw new Fault("not-found", `no subsystem '${ask.name}' in source '${ask.source}'; ListSubsystems names them`, {
        reason: "SUBSYSTEM_NOT_FOUND",
        metadata: { source: ask.source, name: ask.name },
      });
    }
    const contains = { ...anyEdge, kinds: ["contains"], offset, limitPerNode: ask.pageSize + 1 } as const;
    const inside = await graph.edges([id], contains);
    const page = inside.slice(0, ask.pageSize).map(({ to }) => to);
    const members = await graph.nodes(page);
    const between = await graph.edges([id], { ...anyEdge, direction: "both", kinds: ["depends-on"] });
    const others = between.filter(({ from, to }) => kindOfId(from) === "subsystem" && kindOfId(to) === "subsystem");
    return {
      reading,
      subsystem: await this.#facts(graph, node),
      dependencies: [...new Set(others.filter(({ from }) => from === id).map(({ to }) => to))].sort(),
      dependents: [...new Set(others.filter(({ to }) => to === id).map(({ from }) => from))].sort(),
      members: await placed(
        graph,
        page.flatMap((member) => members.get(member) ?? []),
      ),
      nextPageToken: await reading.next(inside.length > page.length ? offset + page.length : undefined),
    };
  }

  async #facts(graph: UnitedGraph, node: GraphNode): Promise<SubsystemFacts> {
    const generation = graph.at.find(({ source }) => source === node.source)?.generation ?? 0;
    const key = canonicalJson([node.nodeId, generation]);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const owned = await graph.edges([node.nodeId], { ...anyEdge, kinds: ["owned-by"] });
    const owners = await graph.nodes(owned.map(({ to }) => to));
    const names = [...owners.values()].map(({ name }) => name).sort();
    const facts = { node, owners: names, ...(await countFiles(graph, node.nodeId)) };
    if (this.#kept.size >= mostKept) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, facts);
    return facts;
  }
}

async function countFiles(graph: UnitedGraph, id: string) {
  const counts = { files: 0, tests: 0, docs: 0 };
  for (let offset = 0; ; offset += perCall) {
    const edges = await graph.edges([id], { ...anyEdge, kinds: ["contains"], offset });
    const files = await graph.nodes(edges.flatMap(({ to }) => (kindOfId(to) === "file" ? [to] : [])));
    for (const file of files.values()) {
      const { artifactType } = standingOf(file);
      counts.files += 1;
      if (artifactType === "test") counts.tests += 1;
      if (artifactType === "doc") counts.docs += 1;
    }
    if (edges.length < perCall) return counts;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
