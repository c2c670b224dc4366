import {
  AnalyzeImpactRequest,
  AnalyzeImpactResponse,
  FindPathRequest,
  FindPathResponse,
  GetNodeRequest,
  GetNodeResponse,
  GetSubsystemRequest,
  GetSubsystemResponse,
  ListOrphansRequest,
  ListOrphansResponse,
  ListSubsystemsRequest,
  ListSubsystemsResponse,
  SearchNodesRequest,
  SearchNodesResponse,
  TraverseRequest,
  TraverseResponse,
} from "../../../gen/knowledge/v1/graph_service.ts";
import { manualClock, memoryGraphStore, memoryState } from "../../../src/adapters/memory/mod.ts";
import { insider, type Principal, type Revision } from "../../../src/domain/mod.ts";
import type { Contribution } from "../../../src/ports/mod.ts";
import { type GraphPorts, graphHandlers } from "../../../src/services/graph/mod.ts";
import { writeGraph } from "../../contract/graph-corpus.ts";
import { context, countingTelemetry, never } from "../search/fixture.ts";

interface Message<T> {
  fromPartial(value: object): T;
  encode(value: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

export const limitedTo = (...sources: string[]): Principal => ({
  ...insider("command"),
  tokenId: sources.join("+"),
  scope: "reader",
  sources,
});

export type Bench = ReturnType<typeof bench>;

/** The service on memory adapters, with the configured sources `a`, `b` and `empty`; or on the ports given. */
export function bench(given: Partial<GraphPorts> = {}) {
  const clock = manualClock();
  const store = memoryGraphStore();
  const state = memoryState(clock);
  const { telemetry, seen } = countingTelemetry();
  const sources = {
    all: () => ["a", "b", "empty"].map((name) => ({ name })),
    get: () => undefined,
  } as unknown as GraphPorts["sources"];
  const ports: GraphPorts = { store, state, sources, telemetry, ...given };
  const handlers = graphHandlers(ports);

  /** Through the wire and back, so that what a client would see is what is tested. */
  const call =
    <Request, Response>(
      handler: (request: Request, context: never) => Promise<unknown>,
      requests: Message<Request>,
      responses: Message<Response>,
    ) =>
    async (request: object, principal?: Principal): Promise<Response> => {
      const answer = await handler(requests.fromPartial(request), context(principal) as never);
      return responses.decode(responses.encode(responses.fromPartial(answer as object)).finish());
    };

  return {
    ports,
    handlers,
    seen,
    clock,
    /** Contributes to the source's next generation and serves it. */
    async index(source: string, contributions: Readonly<Record<string, Partial<Contribution>>>): Promise<Revision> {
      const before = state.revisions.served().find((revision) => revision.source === source);
      const base = before?.generation ?? 0;
      const generation = Math.max(base + 1, clock.now());
      await writeGraph(store, source, base, generation, contributions);
      const revision: Revision = {
        source,
        generation,
        commit: "c0ffee",
        indexedAt: clock.now(),
        dirty: false,
        fingerprint: "",
        configuration: "",
        files: 1,
        chunks: 1,
      };
      const lease = await state.leases.acquire(`ingest:${source}`, "run", 60_000, never);
      if ("heldBy" in lease) throw new Error("the lease is held");
      await state.revisions.flip(revision, { runId: `run-${generation}`, source } as never, lease, never);
      await state.leases.release(lease);
      return revision;
    },
    getNode: call(handlers.getNode, GetNodeRequest, GetNodeResponse),
    searchNodes: call(handlers.searchNodes, SearchNodesRequest, SearchNodesResponse),
    traverse: call(handlers.traverse, TraverseRequest, TraverseResponse),
    findPath: call(handlers.findPath, FindPathRequest, FindPathResponse),
    analyzeImpact: call(handlers.analyzeImpact, AnalyzeImpactRequest, AnalyzeImpactResponse),
    listSubsystems: call(handlers.listSubsystems, ListSubsystemsRequest, ListSubsystemsResponse),
    getSubsystem: call(handlers.getSubsystem, GetSubsystemRequest, GetSubsystemResponse),
    listOrphans: call(handlers.listOrphans, ListOrphansRequest, ListOrphansResponse),
  };
}
