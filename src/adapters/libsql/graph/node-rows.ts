import type { Connection } from "../file/mod.ts";
import type { Found } from "./found-nodes.ts";
import { nodeRow } from "./migrations.ts";
import type { NodesAnswer } from "./reader-operations.ts";

/** All in one text: a row each takes the driver twice as long. What the writer has swept meanwhile is 0. */
const readRows = `
  SELECT group_concat(coalesce(n.data, '0'), ',' ORDER BY w.key)
  FROM json_each(?) w LEFT JOIN nodes n ON n.id = w.value`;

/** Reads the rows of nodes that are shown. */
export function nodeRows(db: Connection, found: readonly Found[]): NodesAnswer {
  const places = new Map<string, number>();
  const place = (path: string): number => {
    const known = places.get(path) ?? places.size;
    places.set(path, known);
    return known;
  };
  const ids: string[] = [];
  const by: number[] = [];
  const rows: number[] = [];
  for (const { graph, slot, generation } of found) {
    const { contributions, nodes } = graph;
    const node = graph.shown(slot, generation);
    const contribution = nodes.by.values[node]!;
    ids.push(graph.ids.whole(slot));
    by.push(place(contributions.paths[contribution]!));
    rows.push(nodeRow(contributions.id(contribution), node - contributions.firstNode.values[contribution]!));
  }
  const text = rows.length === 0 ? "" : (db.sql(readRows).get([JSON.stringify(rows)])?.[0] as string);
  return { ids, paths: [...places.keys()], by, rows: text };
}
