import { Buffer } from "node:buffer";
import Database from "libsql";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeSegment, openEngine } from "../../../../src/adapters/libsql/engine/mod.ts";
import { drawFrom, loadSegment, sampleRows, tuning } from "./sample-rows.ts";

const test = suite("search engine beside FTS5");

/** A term as one token whatever FTS5's tokenizer makes of its characters. */
const token = (term: string) => `t${Buffer.from(term).toString("hex")}`;

test("finds the rows, and counts the frequencies, that FTS5 does", () => {
  const rows = sampleRows(21, 400, 4);
  const db = new Database(":memory:");
  db.exec("CREATE VIRTUAL TABLE f USING fts5(terms)");
  const insert = db.prepare("INSERT INTO f (rowid, terms) VALUES (?, ?)");
  for (const { doc } of rows) insert.run([doc.rowId, doc.terms.terms.map(token).join(" ")]);
  const engine = openEngine({ dimensions: 4 });
  loadSegment(
    engine,
    1,
    encodeSegment(
      rows.map(({ doc }) => doc),
      4,
    ),
    () => ({ born: 1, dead: 9, file: 1, source: 1, kinds: 0 }),
  );
  const match = db.prepare("SELECT rowid AS id FROM f WHERE f MATCH ? ORDER BY rowid");
  const matching = (terms: readonly string[]) =>
    (match.all([terms.map((term) => `"${token(term)}"`).join(" OR ")]) as { id: number }[]).map(({ id }) => id);
  const vocabulary = [...new Set(rows.flatMap(({ doc }) => doc.terms.terms)), "absent"];
  const draw = drawFrom(3);
  for (let round = 0; round < 60; round++) {
    const terms = Array.from({ length: 1 + draw(4) }, () => vocabulary[draw(vocabulary.length)]!);
    const found = engine.search({
      sources: [{ source: 1, generation: 1 }],
      terms: terms.map((term) => ({ term, weight: 1 })),
      tuning,
      offset: 0,
      limit: 1_000,
    });
    const ids = found.rows.map(({ rowId }) => rowId).sort((a, b) => a - b);
    assert.equal(ids, matching(terms));
    assert.equal(
      found.documentFrequency,
      terms.map((term) => matching([term]).length),
    );
  }
  db.close();
});

test.run();
