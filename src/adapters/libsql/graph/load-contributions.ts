import { type Connection, fromPathKey } from "../file/mod.ts";
import { mostNodes, nodeRow } from "./migrations.ts";
import { type NodeNames, namesOfRow } from "./node-row.ts";
import type { SourceGraph } from "./source-graph.ts";

/** Contributions between two looks for an abort: some ten milliseconds. */
const perBreath = 256;

const columns = "c.id, p.path, c.born, c.dead, c.ids, c.links";

/** Reads contributions of a source into memory: those born up to `last`, or at exactly that generation. */
export async function loadContributions(
  db: Connection,
  graph: SourceGraph,
  source: number,
  last: number,
  exactly: boolean,
  breathe: () => Promise<void>,
): Promise<void> {
  const list = db.sql(
    `SELECT ${columns} FROM contributions c JOIN paths p ON p.id = c.path
     WHERE c.source = ? AND c.born ${exactly ? "=" : "<="} ? AND c.id > ? ORDER BY c.id LIMIT ?`,
  );
  for (let after = 0; ; ) {
    const rows = list.all([source, last, after, perBreath]);
    if (rows.length === 0) return;
    const names = namesOf(db, rows as readonly (readonly [number, unknown])[]);
    for (const [id, key, born, dead, ids, bytes] of rows as [number, unknown, number, number, string, Uint8Array][]) {
      const copy = Uint8Array.from(bytes);
      const links = new Int32Array(copy.buffer, 0, copy.byteLength >>> 2);
      graph.add({ id, path: fromPathKey(key), born, dead, links }, JSON.parse(ids) as string[], names.get(id) ?? []);
      after = id;
    }
    await breathe();
  }
}

/** Names of the nodes of contributions that follow one another, in one scan. */
function namesOf(db: Connection, rows: readonly (readonly [number, unknown])[]): ReadonlyMap<number, NodeNames[]> {
  const names = new Map<number, NodeNames[]>();
  const by = new Map(rows.map(([id, key]) => [id, fromPathKey(key)]));
  const [first, last] = [rows[0]![0], rows.at(-1)![0]];
  const scan = db.sql("SELECT id, data FROM nodes WHERE id >= ? AND id < ? ORDER BY id");
  for (const [row, data] of scan.rows([nodeRow(first, 0), nodeRow(last + 1, 0)])) {
    const contribution = Math.floor((row as number) / mostNodes);
    const path = by.get(contribution);
    if (path === undefined) continue;
    const known = names.get(contribution);
    const name = namesOfRow(data as string, path);
    if (known === undefined) names.set(contribution, [name]);
    else known.push(name);
  }
  return names;
}
