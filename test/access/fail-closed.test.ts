import { rmSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openTokenDesk, type TokenDesk } from "../../src/cli/token-desk.ts";
import { readConfig } from "../../src/config/mod.ts";
import { faultOf } from "../contract/sample-run.ts";
import { never } from "../services/ingest/harness.ts";
import { temporaryFolder } from "../support/gateway-process.ts";

const test = suite("a change of tokens that the ledger can't record is refused and changes nothing");

const statePath = temporaryFolder();
const wanted = {
  name: "ann",
  scope: "reader",
  sources: undefined,
  quotaClass: "default",
  lifetimeMs: undefined,
} as const;
let desk: TokenDesk;

/** Runs a statement in the ledger's file, beside who has it open. */
function inLedgerFile(sql: string): unknown[] {
  const db = new Database(join(statePath, "audit", "ledger.db"));
  try {
    const statement = db.prepare(sql);
    return statement.reader ? statement.all([]) : [statement.run([])];
  } finally {
    db.close();
  }
}

const entryCount = () => inLedgerFile("SELECT sequence FROM entry").length;

test.before(async () => {
  desk = await openTokenDesk(readConfig({ KM_STATE_PATH: statePath, KM_REPO_PATH: statePath }), never);
});

test.after(async () => {
  await desk.close();
  rmSync(statePath, { recursive: true, force: true });
});

const changes: Readonly<Record<string, () => Promise<unknown>>> = {
  issue: () => desk.issue({ ...wanted, name: "bob" }),
  rotate: () => desk.rotate("ann", 60_000, undefined),
  revoke: () => desk.revoke("ann"),
};

test("token issue, rotate and revoke", async () => {
  await desk.issue(wanted);
  for (const [name, change] of Object.entries(changes)) {
    const [before, told] = [await desk.list(), entryCount()];
    inLedgerFile("CREATE TRIGGER refusing BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'refused'); END");
    assert.is(await faultOf(change), "unavailable LEDGER_UNAVAILABLE", name);
    assert.equal(await desk.list(), before, name);
    assert.is(entryCount(), told, name);
    inLedgerFile("DROP TRIGGER refusing");
    await change();
    assert.not.equal(await desk.list(), before, name);
    assert.is(entryCount(), told + 2, name);
  }
});

test.run();
