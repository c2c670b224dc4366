import type { Bind, Connection } from "./database.ts";

/** Rows a statement: a call of the driver costs several times what inserting a row does. Largest first. */
const sizes = [16, 4, 1];
const texts = new Map<string, readonly string[]>();

/** Inserts rows of bare values; `into` names the table and its columns. */
export function insertRows(db: Connection, into: string, rows: readonly (readonly Bind[])[]): void {
  if (rows.length === 0) return;
  let statements = texts.get(into);
  if (statements === undefined) {
    const marks = `(${rows[0]!.map(() => "?").join(",")})`;
    statements = sizes.map((size) => `INSERT INTO ${into} VALUES ${new Array<string>(size).fill(marks).join(",")}`);
    texts.set(into, statements);
  }
  let at = 0;
  for (const [which, size] of sizes.entries()) {
    for (; rows.length - at >= size; at += size) db.sql(statements[which]!).run(rows.slice(at, at + size).flat());
  }
}
