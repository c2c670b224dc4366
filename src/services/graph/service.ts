import { GraphServiceDefinition, type GraphServiceImplementation } from "../../../gen/knowledge/v1/graph_service.ts";
import type { CallExtension, ServiceBinding } from "../../ports/mod.ts";
import { ImpactAnalysis } from "./analyze-impact.ts";
import {
  toCypherQuestion,
  toImpactAsk,
  toNodeAsk,
  toOrphansAsk,
  toPathAsk,
  toSearchAsk,
  toSubsystemAsk,
  toSubsystemsAsk,
  toTraverseAsk,
} from "./asks/wire.ts";
import { findPath } from "./find-path.ts";
import { getNode } from "./get-node.ts";
import { type CypherPorts, queryCypher } from "./query-cypher.ts";
import type { Caller, GraphPorts } from "./reading.ts";
import { listOrphans, searchNodes } from "./search-nodes.ts";
import { Subsystems } from "./subsystems.ts";
import { traverse } from "./traverse.ts";
import {
  fromCypherAnswer,
  fromImpactAnswer,
  fromNodeAnswer,
  fromNodesAnswer,
  fromPathAnswer,
  fromSubsystemAnswer,
  fromSubsystemsAnswer,
  fromTraverseAnswer,
} from "./wire.ts";

export type GraphHandlers = GraphServiceImplementation<CallExtension>;

export function graphHandlers(ports: GraphPorts): GraphHandlers {
  const impact = new ImpactAnalysis();
  const subsystems = new Subsystems();

  const measure = (method: string, began: number): void => {
    const labels = { method: `${GraphServiceDefinition.fullName}/${method}` };
    ports.telemetry.meter.observe("km_graph_duration_seconds", labels, (performance.now() - began) / 1_000);
  };

  /** Parses, asks, maps; and measures all of it. */
  const ask =
    <Request, Ask, Answer, Response>(
      method: string,
      toAsk: (request: Request) => Ask,
      work: (ports: GraphPorts, caller: Caller, ask: Ask) => Promise<Answer>,
      fromAnswer: (answer: Answer) => Response,
    ) =>
    async (request: Request, { principal, signal }: CallExtension & { readonly signal: AbortSignal }) => {
      const began = performance.now();
      try {
        return fromAnswer(await work(ports, { method, principal, signal }, toAsk(request)));
      } finally {
        measure(method, began);
      }
    };

  return {
    getNode: ask("GetNode", toNodeAsk, getNode, fromNodeAnswer),
    searchNodes: ask("SearchNodes", toSearchAsk, searchNodes, fromNodesAnswer),
    traverse: ask("Traverse", toTraverseAsk, traverse, fromTraverseAnswer),
    findPath: ask("FindPath", toPathAsk, findPath, fromPathAnswer),
    analyzeImpact: ask("AnalyzeImpact", toImpactAsk, impact.analyze.bind(impact), fromImpactAnswer),
    listSubsystems: ask("ListSubsystems", toSubsystemsAsk, subsystems.list.bind(subsystems), fromSubsystemsAnswer),
    getSubsystem: ask("GetSubsystem", toSubsystemAsk, subsystems.get.bind(subsystems), fromSubsystemAnswer),
    listOrphans: ask("ListOrphans", toOrphansAsk, listOrphans, fromNodesAnswer),
    async queryCypher(request, { principal, requestId, signal }) {
      const began = performance.now();
      try {
        const on: CypherPorts = { cypher: ports.store.cypher, ledger: ports.ledger };
        return fromCypherAnswer(await queryCypher(on, { principal, requestId, signal }, request, toCypherQuestion));
      } finally {
        measure("QueryCypher", began);
      }
    },
  };
}

export function graphService(ports: GraphPorts): ServiceBinding {
  return { definition: GraphServiceDefinition, implementation: graphHandlers(ports) };
}
