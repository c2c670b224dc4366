import { type Connection, fromPathKey } from "../file/mod.ts";
import type { SourceGraph } from "./columns/mod.ts";
import { mostNodes } from "./migrations.ts";
import { namesOfRows } from "./node-row.ts";

/** Contributions between two looks for an abort: some ten milliseconds. */
const perBreath = 256;

/** With the rows of a contribution's nodes, in order, as one text: a row a node would take three times as long. */
const columns = `c.id, p.path, c.born, c.dead, c.ids, c.links, (
    SELECT group_concat(n.data, ',' ORDER BY n.id) FROM nodes n
    WHERE n.id >= c.id * ${mostNodes} AND n.id < (c.id + 1) * ${mostNodes}
  )`;

type Row = readonly [number, unknown, number, number, string, Uint8Array, string | null];

/** Reads contributions of a source into memory: those born up to `last`, or at exactly that generation. */
export async function loadContributions(
  db: Connection,
  graph: SourceGraph,
  source: number,
  last: number,
  exactly: boolean,
  breathe: () => Promise<void>,
): Promise<void> {
  // Their rows first, out of the index: asked for page by page, every page would sort all that are left.
  const rows = db
    .sql(`SELECT id FROM contributions WHERE source = ? AND born ${exactly ? "=" : "<="} ? ORDER BY id`)
    .all([source, last]);
  const list = db.sql(
    `SELECT ${columns} FROM json_each(?) w CROSS JOIN contributions c ON c.id = w.value
     CROSS JOIN paths p ON p.id = c.path ORDER BY w.key`,
  );
  for (let from = 0; from < rows.length; from += perBreath) {
    const page = JSON.stringify(rows.slice(from, from + perBreath).flat());
    for (const [id, key, born, dead, ids, bytes, nodes] of list.all([page]) as unknown as readonly Row[]) {
      const path = fromPathKey(key);
      const copy = Uint8Array.from(bytes);
      const links = new Int32Array(copy.buffer, 0, copy.byteLength >>> 2);
      graph.add({ id, path, born, dead }, JSON.parse(ids) as string[], namesOfRows(nodes ?? "", path), links);
    }
    await breathe();
  }
}

/** How much `loadContributions` will read of a source. */
export function roomFor(db: Connection, source: number, last: number) {
  const row = db
    .sql("SELECT count(*), total(nodes), total(edges) FROM contributions WHERE source = ? AND born <= ?")
    .get([source, last]) as readonly [number, number, number];
  const [contributions, nodes, edges] = row;
  return { contributions, nodes, edges };
}
