import {
  edgeKey,
  factNames,
  type GraphEdge,
  type GraphNode,
  outlineOf,
  sourceOfNode,
  unpackFacts,
  unpackOutline,
} from "../../domain/graph/mod.ts";
import { Fault, invalid, throwIfAborted } from "../../domain/mod.ts";
import { type GraphStore, type GraphWriter, gatherNeighbourhood, gatherPlaced, gatherUsage } from "../../ports/mod.ts";
import { GraphGenerations } from "./graph-store-generations.ts";
import { type GraphView, sortFound } from "./graph-store-view.ts";

const most = 10_000;

/** The reference graph store: every generation whole. For tests, and as what other stores are held against. */
export function memoryGraphStore(): GraphStore {
  const sources = new Map<string, GraphGenerations>();
  const writing = new Set<string>();
  let closed = false;

  const check = (signal: AbortSignal): void => {
    throwIfAborted(signal);
    if (closed) throw new Fault("unavailable", "the graph is closed: the gateway is stopping; try again later");
  };
  const few = (field: string, count: number, least = 0): void => {
    if (count > most || count < least) throw invalid(field, `must be ${least} to ${most} in one call`);
  };

  const writer = (source: string, base: number, next: number): GraphWriter => {
    const generations = sources.get(source) ?? new GraphGenerations();
    const before = base === 0 ? undefined : generations.at(base);
    const facts = new Map(before?.facts);
    const contributions = new Map(before?.contributions);
    let open = true;

    const checkOpen = (signal: AbortSignal): void => {
      check(signal);
      if (!open) throw new Fault("precondition", "this writer has ended: begin another");
    };
    const end = (): void => {
      if (open) writing.delete(source);
      open = false;
    };
    const sorted = () => [...facts.keys()].sort();
    const staged = (paths: readonly string[]) =>
      paths.flatMap((path) => (facts.has(path) ? [[path, facts.get(path)!] as const] : []));

    return {
      async stage(path, said, signal) {
        checkOpen(signal);
        facts.set(path, said);
      },
      async remove(path, signal) {
        checkOpen(signal);
        facts.delete(path);
        contributions.delete(path);
      },
      async put(path, contribution, signal) {
        checkOpen(signal);
        if (contribution.nodes.length + contribution.edges.length === 0) contributions.delete(path);
        else contributions.set(path, contribution);
      },
      async facts(paths, signal) {
        checkOpen(signal);
        return new Map(staged(paths));
      },
      async outlines(paths, signal) {
        checkOpen(signal);
        return new Map(staged(paths).map(([path, said]) => [path, outlineOf(said)]));
      },
      async paths(afterPath, limit, signal) {
        checkOpen(signal);
        few("limit", limit, 1);
        return sorted()
          .filter((path) => afterPath === "" || path > afterPath)
          .slice(0, limit);
      },
      async mentioning(names, signal) {
        checkOpen(signal);
        return sorted().filter((path) => {
          const said = factNames(unpackFacts(facts.get(path)!));
          return names.some((name) => said.has(name));
        });
      },
      async defining(names, signal) {
        checkOpen(signal);
        const found = new Map<string, string[]>();
        for (const path of sorted()) {
          const defines = new Set(unpackOutline(outlineOf(facts.get(path)!)).definitions.map(({ name }) => name));
          for (const name of new Set(names)) if (defines.has(name)) found.set(name, [...(found.get(name) ?? []), path]);
        }
        return found;
      },
      async commit(signal) {
        checkOpen(signal);
        generations.set(next, { facts, contributions });
        sources.set(source, generations);
        end();
        return generations.view(next).totals();
      },
      async abort() {
        end();
      },
    };
  };

  const viewOf = (at: Parameters<GraphStore["nodes"]>[0], nodeId: string): GraphView | undefined => {
    const source = sourceOfNode(nodeId);
    const named = at.find((one) => one.source === source);
    return named && sources.get(source)?.view(named.generation);
  };

  const store: GraphStore = {
    async ready(signal) {
      check(signal);
    },
    async nodes(at, nodeIds, signal) {
      check(signal);
      few("node_ids", nodeIds.length);
      return nodeIds.flatMap((id) => viewOf(at, id)?.nodes.get(id) ?? []);
    },
    async edges(at, nodeIds, query, signal) {
      check(signal);
      few("node_ids", nodeIds.length);
      few("limit_per_node", query.limitPerNode, 1);
      if (query.offset !== 0 && nodeIds.length !== 1) throw invalid("offset", "is for the edges of one node");
      const found = new Map<string, GraphEdge>();
      for (const id of nodeIds)
        for (const edge of viewOf(at, id)?.edges(id, query) ?? []) {
          const key = edgeKey(edge);
          if (!found.has(key)) found.set(key, query.evidence ? edge : { ...edge, evidence: [] });
        }
      return [...found.values()];
    },
    usage: (at, nodeIds, signal) => gatherUsage(store, at, nodeIds, signal),
    async degrees(at, nodeId, signal) {
      check(signal);
      return viewOf(at, nodeId)?.degrees(nodeId) ?? [];
    },
    placed: (at, nodeIds, signal) => gatherPlaced(store, at, nodeIds, signal),
    neighbourhood: (at, nodeId, query, signal) => gatherNeighbourhood(store, at, nodeId, query, signal),
    async search(at, query, offset, limit, signal) {
      check(signal);
      few("limit", limit, 1);
      const found: GraphNode[] = [];
      for (const { source, generation } of at)
        found.push(...(sources.get(source)?.view(generation).search(query) ?? []));
      return sortFound(found, query.words).slice(offset, offset + limit);
    },
    async count({ source, generation }, signal) {
      check(signal);
      return sources.get(source)?.view(generation).totals() ?? { nodes: 0, edges: 0 };
    },
    async begin(source, base, next, signal) {
      check(signal);
      if (writing.has(source)) {
        throw new Fault("conflict", `an ingest of '${source}' is being written: wait until it ends`, {
          reason: "WRITER_BUSY",
        });
      }
      const generations = sources.get(source);
      if (next <= base) throw new Fault("precondition", `generation ${next} of ${source} must follow ${base}`);
      if (base > 0) generations?.takeBack(base);
      writing.add(source);
      return writer(source, base, next);
    },
    async sweep(source, oldest, signal) {
      check(signal);
      return sources.get(source)?.sweep(oldest) ?? 0;
    },
    async close() {
      closed = true;
    },
  };
  return store;
}
