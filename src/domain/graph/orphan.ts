import type { EdgeKind, GraphNode, NodeKind } from "./node.ts";

/** Edges that only say where a thing stands: whoever has no other incoming edge is used by nobody. */
export const placingKinds: ReadonlySet<EdgeKind> = new Set<EdgeKind>(["contains", "defines", "declares"]);

/** What can be unused at all: a source, a subsystem, an owner or a package exists because something names it. */
export const orphanKinds: readonly NodeKind[] = ["file", "symbol", "message", "rpc", "section"];

/** Whether a node is a test, or a file of tests: nothing calls those but their runner. */
export function isOfTests({ attributes }: Pick<GraphNode, "attributes">): boolean {
  return attributes["test"] === "true" || attributes["artifact_type"] === "test";
}
