import { edgeKey, toWireId } from "../../domain/graph/mod.ts";
import { canonicalJson } from "../../domain/mod.ts";
import type { ImpactAsk } from "./asks/ask.ts";
import { findTargets } from "./impact-targets.ts";
import { impactKinds, type Reached, walkImpact } from "./impact-walk.ts";
import { type PlacedNode, placedById } from "./node-facts.ts";
import { type Caller, type GraphPorts, openReading, type Reading } from "./reading.ts";
import type { UnitedGraph } from "./united-graph.ts";

export interface DependentNode extends Reached {
  readonly node: PlacedNode;
}

interface Impact {
  readonly targets: readonly PlacedNode[];
  readonly dependents: readonly DependentNode[];
  readonly tests: readonly PlacedNode[];
  readonly subsystems: readonly string[];
  readonly truncated: boolean;
}

export interface ImpactAnswer extends Impact {
  readonly reading: Reading;
  readonly nextPageToken: string;
}

/** Tests told of in one reply. */
const mostTests = 1_000;
/** Analyses kept for their next pages. */
const mostKept = 16;

/** What a change reaches; the analyses asked for last are kept, so that pages cost little. */
export class ImpactAnalysis {
  readonly #kept = new Map<string, Impact>();

  async analyze(ports: GraphPorts, caller: Caller, ask: ImpactAsk): Promise<ImpactAnswer> {
    const { target, maxDepth, exactOnly, pageSize } = ask;
    const reading = await openReading(ports, caller, ask, "nodeId" in target ? [] : [target.source]);
    const { graph, offset } = reading;
    const key = canonicalJson([graph.at, target, maxDepth, exactOnly]);
    const impact = this.#kept.get(key) ?? (await analyze(graph, ask));
    this.#kept.delete(key);
    this.#kept.set(key, impact);
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value!);
    const page = impact.dependents.slice(offset, offset + pageSize);
    const more = offset + page.length < impact.dependents.length ? offset + page.length : undefined;
    return {
      ...impact,
      reading,
      dependents: await withEvidence(graph, page),
      nextPageToken: await reading.next(more),
    };
  }
}

async function analyze(graph: UnitedGraph, { target, maxDepth, exactOnly }: ImpactAsk): Promise<Impact> {
  const { targets, starts, truncated: cut } = await findTargets(graph, target);
  const { reached, truncated } = await walkImpact(graph, starts, maxDepth, exactOnly);
  const nodes = await placedById(graph, [...targets.map(({ nodeId }) => nodeId), ...reached.map(({ id }) => id)]);
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const dependents: DependentNode[] = [];
  const tests: PlacedNode[] = [];
  for (const one of reached) {
    const node = byId.get(one.id);
    if (node === undefined) continue;
    if (isTest(node, one)) tests.push(node);
    else dependents.push({ ...one, node });
  }
  dependents.sort(
    (a, b) =>
      a.distance - b.distance ||
      Number(a.confidence === "possible") - Number(b.confidence === "possible") ||
      (a.id < b.id ? -1 : 1),
  );
  tests.sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  return {
    targets: targets.flatMap(({ nodeId }) => byId.get(nodeId) ?? []),
    dependents,
    tests: tests.slice(0, mostTests),
    subsystems: subsystemsOf(nodes),
    truncated: cut || truncated || tests.length > mostTests,
  };
}

function isTest({ attributes, standing }: PlacedNode, { via }: Reached): boolean {
  return attributes["test"] === "true" || standing?.artifactType === "test" || via.kind === "tests";
}

function subsystemsOf(nodes: readonly PlacedNode[]): readonly string[] {
  const ids = new Set<string>();
  for (const { nodeId, kind, source, standing } of nodes) {
    if (kind === "subsystem") ids.add(nodeId);
    else if (standing !== undefined && standing.subsystem !== "")
      ids.add(toWireId(`${source}:subsystem:${standing.subsystem}`));
  }
  return [...ids].sort();
}

/** The places of the steps on a page; asked from the dependents, since a target may have thousands of them. */
async function withEvidence(graph: UnitedGraph, page: readonly DependentNode[]): Promise<readonly DependentNode[]> {
  if (page.length === 0) return [];
  const query = {
    direction: "outgoing",
    kinds: impactKinds,
    confidences: [],
    limitPerNode: 1_000,
    offset: 0,
    evidence: true,
  } as const;
  const ids = page.map(({ id }) => id);
  const told = new Map((await graph.edges(ids, query)).map((edge) => [edgeKey(edge), edge]));
  return page.map((one) => ({ ...one, via: told.get(edgeKey(one.via)) ?? one.via }));
}
