import { type Command, Option } from "commander";
import { type Direction, Direction as Directions } from "../../gen/knowledge/v1/graph_service.ts";
import { EdgeKind } from "../../gen/knowledge/v1/types.ts";
import { several, whole } from "./arguments.ts";
import { wireValue } from "./wire-value.ts";

/** How a command walks the graph. */
export interface Walk {
  readonly direction: string;
  readonly edge: string[];
  readonly depth: number;
}

/** Gives a command the options of a walk. */
export function walked(command: Command, depth: number): Command {
  return command
    .addOption(
      new Option("--direction <direction>", "which way").choices(["outgoing", "incoming", "both"]).default("both"),
    )
    .option("--edge <kind>", "only edges of this kind, such as calls or imports (repeatable)", several, [])
    .option("--depth <steps>", "how far", whole, depth);
}

export function around(nodeId: string, flags: Walk & { readonly limit: number }) {
  return { nodeIds: [nodeId], maxDepth: flags.depth, maxNodes: flags.limit, ...directed(flags) };
}

export function directed({ direction, edge }: Walk): { readonly direction: Direction; readonly edgeKinds: EdgeKind[] } {
  return {
    direction: wireValue(Directions, "DIRECTION", direction),
    edgeKinds: edge.map((word) => wireValue(EdgeKind, "EDGE_KIND", word)),
  };
}
