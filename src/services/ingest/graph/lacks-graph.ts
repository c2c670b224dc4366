import type { At, Revision } from "../../../domain/mod.ts";
import type { GraphStore } from "../../../ports/mod.ts";

/**
 * Whether a served generation has files and no graph: it was written before there was one, or the graph's store was
 * lost. Its next run is a full one.
 */
export async function lacksGraph(
  graph: GraphStore | undefined,
  base: (At & Pick<Revision, "files">) | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (graph === undefined || base === undefined || base.files === 0) return false;
  const { nodes } = await graph.count(base, signal);
  return nodes === 0;
}
