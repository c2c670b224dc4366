import { type GraphNode, isOfTests, type NodeKind, toWireId } from "../../../domain/graph/mod.ts";
import type { At, SymbolKind } from "../../../domain/mod.ts";
import type { GraphStore } from "../../../ports/mod.ts";

export interface OrphanPage {
  /** Callers' ids. */
  readonly ids: readonly string[];
  /** Where the next page starts; undefined: this is the last. */
  readonly next: number | undefined;
}

/** Sections and files other than documents are parts and means: that nothing names them says nothing. */
const kinds: readonly NodeKind[] = ["file", "symbol", "message", "rpc"];
/** What counts inside of something else: members are called through objects, which no reading of the text decides. */
const types: ReadonlySet<SymbolKind> = new Set<SymbolKind>(["class", "interface", "struct", "enum", "type"]);
/** Nodes asked for in one call. */
const mostAsked = 1_000;

/** Symbols and documents that nobody refers to, in the store's order from a position on. */
export async function findOrphans(
  graph: GraphStore,
  at: At,
  offset: number,
  limit: number,
  tests: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<OrphanPage> {
  const query = { words: [], kinds, path: "", orphans: true };
  const ids: string[] = [];
  for (let from = offset; ; ) {
    const found = await graph.search([at], query, from, mostAsked, signal);
    for (const [n, node] of found.entries()) {
      if (isOfTests(node) || tests.has(node.path) || !isTold(node)) continue;
      if (ids.length === limit) return { ids, next: from + n };
      ids.push(toWireId(node.nodeId));
    }
    if (found.length < mostAsked) return { ids, next: undefined };
    from += found.length;
  }
}

/** Of files, a document is there to be read; ListOrphans has the others, and members too. */
function isTold({ kind, symbol, attributes }: GraphNode): boolean {
  if (kind === "file") return attributes["artifact_type"] === "doc";
  return kind !== "symbol" || symbol === undefined || symbol.name === symbol.qualifiedName || types.has(symbol.kind);
}
