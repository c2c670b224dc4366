import { GraphServiceDefinition, type GraphServiceImplementation } from "../../../gen/knowledge/v1/graph_service.ts";
import { Fault } from "../../domain/mod.ts";
import type { CallExtension, ServiceBinding } from "../../ports/mod.ts";

/** The RPCs of GraphService that are not built yet: all of them. */
export const notBuilt: readonly string[] = Object.values(GraphServiceDefinition.methods).map(({ name }) => name);

async function refuse(method: string): Promise<never> {
  throw new Fault("unimplemented", `${method}: this version of the gateway does not have the knowledge graph yet`, {
    metadata: { method },
  });
}

export function graphService(): ServiceBinding {
  const implementation: GraphServiceImplementation<CallExtension> = {
    getNode: () => refuse("GetNode"),
    searchNodes: () => refuse("SearchNodes"),
    traverse: () => refuse("Traverse"),
    findPath: () => refuse("FindPath"),
    analyzeImpact: () => refuse("AnalyzeImpact"),
    listSubsystems: () => refuse("ListSubsystems"),
    getSubsystem: () => refuse("GetSubsystem"),
    listOrphans: () => refuse("ListOrphans"),
    queryCypher: () => refuse("QueryCypher"),
  };
  return { definition: GraphServiceDefinition, implementation };
}
