import type { EdgeKind } from "./node.ts";

/** Edges that only say where a thing stands: whoever has no other incoming edge is used by nobody. */
export const placingKinds: ReadonlySet<EdgeKind> = new Set<EdgeKind>(["contains", "defines", "declares"]);
