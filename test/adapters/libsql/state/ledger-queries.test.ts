import Database from "libsql";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ledgerMigrations } from "../../../../src/adapters/libsql/state/ledger-migrations.ts";
import { openEntries } from "../../../../src/adapters/libsql/state/ledger-queries.ts";

const test = suite("ledger queries");

test("what nothing closed is found by indexes: a start after five thousand cut-off runs took twelve seconds without", () => {
  const db = new Database(":memory:");
  for (const text of ledgerMigrations.flat()) db.exec(text);
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${openEntries.sql}`).all() as { detail: string }[];
  const looks = steps.map(({ detail }) => detail).filter((detail) => /^(SCAN|SEARCH) /.test(detail));
  assert.is(looks.length, 2);
  for (const look of looks) assert.match(look, /USING INDEX entry_(begun|started)/);
  db.close();
});

test.run();
