import { isOfTests, type NodeKind, toWireId } from "../../../domain/graph/mod.ts";
import type { At } from "../../../domain/mod.ts";
import type { GraphStore } from "../../../ports/mod.ts";

export interface OrphanPage {
  /** Callers' ids. */
  readonly ids: readonly string[];
  /** Where the next page starts; undefined: this is the last. */
  readonly next: number | undefined;
}

/** Sections and files other than documents are parts and means: that nothing names them says nothing. */
const kinds: readonly NodeKind[] = ["file", "symbol", "message", "rpc"];
/** Nodes asked for in one call. */
const mostAsked = 1_000;

/** Symbols and documents that nobody refers to, tests apart, in the store's order from a position on. */
export async function findOrphans(
  graph: GraphStore,
  at: At,
  offset: number,
  limit: number,
  signal: AbortSignal,
): Promise<OrphanPage> {
  const query = { words: [], kinds, path: "", orphans: true };
  const ids: string[] = [];
  for (let from = offset; ; ) {
    const found = await graph.search([at], query, from, mostAsked, signal);
    for (const [n, node] of found.entries()) {
      if (isOfTests(node) || (node.kind === "file" && node.attributes["artifact_type"] !== "doc")) continue;
      if (ids.length === limit) return { ids, next: from + n };
      ids.push(toWireId(node.nodeId));
    }
    if (found.length < mostAsked) return { ids, next: undefined };
    from += found.length;
  }
}
