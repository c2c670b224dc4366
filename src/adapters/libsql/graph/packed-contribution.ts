import { invalid } from "../../../domain/mod.ts";
import type { Contribution } from "../../../ports/mod.ts";
import { packLinks } from "./links.ts";
import { mostNodes } from "./migrations.ts";
import { toNodeRow } from "./node-row.ts";

/** A contribution as it crosses to the writing thread and as its rows have it. */
export interface PackedContribution {
  /** JSON: ids without their source, those of its own nodes first. */
  readonly ids: string;
  /** A row for each node of its own. */
  readonly nodes: readonly string[];
  readonly links: Int32Array;
  readonly edges: number;
}

/** @throws Fault `invalid` for a node of another source: edges between sources do not exist. */
export function packContribution(source: string, path: string, { nodes, edges }: Contribution): PackedContribution {
  const prefix = `${source}:`;
  const ids: string[] = [];
  const places = new Map<string, number>();
  const place = (nodeId: string): number => {
    let at = places.get(nodeId);
    if (at === undefined) {
      if (!nodeId.startsWith(prefix)) throw invalid("node_id", `'${nodeId}' is not of the source '${source}'`);
      at = ids.push(nodeId.slice(prefix.length)) - 1;
      places.set(nodeId, at);
    }
    return at;
  };
  // The first of two nodes with one id stands.
  const rows = nodes.filter(({ nodeId }) => !places.has(nodeId) && place(nodeId) >= 0);
  if (rows.length > mostNodes) throw invalid("nodes", `one file may contribute ${mostNodes} nodes, not ${rows.length}`);
  const links = packLinks(edges, place);
  return { ids: JSON.stringify(ids), nodes: rows.map((node) => toNodeRow(node, path)), links, edges: edges.length };
}
