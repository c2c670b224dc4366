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
  // All that were born up to a generation are read in the order of rows: through the index by generation, every page
  // would read and sort all that are left.
  const [table, born] = exactly ? ["contributions c", "="] : ["contributions c NOT INDEXED", "<="];
  const list = db.sql(
    `SELECT ${columns} FROM ${table} JOIN paths p ON p.id = c.path
     WHERE c.source = ? AND c.born ${born} ? AND c.id > ? ORDER BY c.id LIMIT ?`,
  );
  for (let after = 0; ; ) {
    const rows = list.all([source, last, after, perBreath]) as unknown as readonly Row[];
    if (rows.length === 0) return;
    for (const [id, key, born, dead, ids, bytes, nodes] of rows) {
      const path = fromPathKey(key);
      const copy = Uint8Array.from(bytes);
      const links = new Int32Array(copy.buffer, 0, copy.byteLength >>> 2);
      graph.add({ id, path, born, dead }, JSON.parse(ids) as string[], namesOfRows(nodes ?? "", path), links);
      after = id;
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
