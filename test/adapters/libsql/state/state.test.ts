import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ledgerMigrations } from "../../../../src/adapters/libsql/state/ledger-migrations.ts";
import { openLedger, openState } from "../../../../src/adapters/libsql/state/mod.ts";
import { stateMigrations } from "../../../../src/adapters/libsql/state/state-migrations.ts";
import { manualClock } from "../../../../src/adapters/memory/mod.ts";
import type { Lease } from "../../../../src/ports/mod.ts";
import { faultOf, never, sampleEntry, sampleRevision, sampleRun } from "../../../contract/sample-run.ts";
import { inFolder } from "../../../support/in-folder.ts";

const test = suite("libSQL job state and ledger");

test("everything is there again after a restart", () =>
  inFolder(async (statePath) => {
    const clock = manualClock();
    const first = await openState({ statePath }, clock, never);
    const lease = (await first.leases.acquire("ingest:docs", "run-1", 1_000, never)) as Lease;
    await first.revisions.flip(sampleRevision({ generation: 1 }), sampleRun(), lease, never);
    await first.revisions.flip(sampleRevision({ generation: 2 }), sampleRun(), lease, never);
    await first.close();
    const second = await openState({ statePath }, clock, never);
    assert.equal(second.revisions.served(), [sampleRevision({ generation: 2 })]);
    assert.is(second.revisions.readable({ source: "docs", generation: 1 })?.generation, 1);
    assert.equal(await second.jobs.run("run-1", never), sampleRun());
    assert.equal(await second.leases.acquire("ingest:docs", "run-2", 1_000, never), { heldBy: "run-1" });
    assert.equal(second.pageKey, first.pageKey);
    assert.is(second.pageKey.length, 32);
    await second.close();
    assert.is(await faultOf(() => second.jobs.run("run-1", never)), "unavailable STORE_CLOSED");
    assert.is(await readFile(join(statePath, ".gitignore"), "utf8"), "*\n");
  }));

test("two gateways on one file: one sees what the other flipped, and each keeps its place", () =>
  inFolder(async (statePath) => {
    const clock = manualClock();
    const one = await openState({ statePath }, clock, never);
    const other = await openState({ statePath }, clock, never);
    const lease = (await one.leases.acquire("ingest:docs", "run-1", 1_000, never)) as Lease;
    assert.equal(await other.leases.acquire("ingest:docs", "run-2", 1_000, never), { heldBy: "run-1" });
    await one.revisions.flip(sampleRevision(), sampleRun(), lease, never);
    await other.refresh(never);
    assert.equal(other.revisions.served(), one.revisions.served());
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        (i % 2 ? one : other).jobs.saveRun(
          sampleRun({ runId: `run-${i}`, startedAt: i }),
          new AbortController().signal,
        ),
      ),
    );
    assert.is((await one.jobs.runs({ sources: [], states: [] }, "", 100, never)).length, 40);
    await one.close();
    await other.close();
  }));

test("two writers of one ledger leave no gap and no double", () =>
  inFolder(async (statePath) => {
    const clock = manualClock();
    const ledgers = [await openLedger({ statePath }, clock, never), await openLedger({ statePath }, clock, never)];
    const appended = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ledgers[i % 2]!.append(sampleEntry(), new AbortController().signal)),
    );
    const sequences = appended.map(({ sequence }) => sequence).sort((a, b) => a - b);
    assert.equal(
      sequences,
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    for (const ledger of ledgers) await ledger.close();
  }));

/** A database as a gateway left it that knew the first steps alone. */
async function older(file: string, steps: readonly (readonly string[])[]) {
  const client = createClient({ url: pathToFileURL(file).href });
  await client.batch(["CREATE TABLE version (version INTEGER NOT NULL)", ...steps.flat()], "write");
  await client.execute({ sql: "INSERT INTO version (version) VALUES (?)", args: [steps.length] });
  return client;
}

for (let version = 1; version < stateMigrations.length; version += 1) {
  test(`job state of version ${version} opens, and what it held is served`, () =>
    inFolder(async (statePath) => {
      const client = await older(join(statePath, "state.db"), stateMigrations.slice(0, version));
      const revision = sampleRevision({ generation: 7 });
      const run = sampleRun();
      await client.execute({
        sql: "INSERT INTO revision (source, generation, revision) VALUES (?, ?, ?)",
        args: [revision.source, revision.generation, JSON.stringify(revision)],
      });
      await client.execute({
        sql: "INSERT INTO run (run_id, source, state, started_at, run) VALUES (?, ?, ?, ?, ?)",
        args: [run.runId, run.source, run.state, run.startedAt, JSON.stringify(run)],
      });
      client.close();
      const state = await openState({ statePath }, manualClock(), never);
      try {
        assert.equal(state.revisions.served(), [revision]);
        assert.equal(await state.jobs.run(run.runId, never), run);
        assert.equal(await state.tokens.all(never), []);
      } finally {
        await state.close();
      }
    }));
}

test("a ledger of before the chain opens, its entries are chained, and new ones follow them", () =>
  inFolder(async (statePath) => {
    await mkdir(join(statePath, "audit"));
    const client = await older(join(statePath, "audit", "ledger.db"), ledgerMigrations.slice(0, 1));
    for (let sequence = 1; sequence <= 3; sequence += 1) {
      const entry = sampleEntry();
      await client.execute({
        sql: `INSERT INTO entry (sequence, recorded_at, kind, outcome, source, run_id, actor, started_sequence, entry)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        args: [sequence, 1_000, entry.kind, entry.outcome, entry.source, "", "", 0, JSON.stringify(entry)],
      });
    }
    client.close();
    const ledger = await openLedger({ statePath }, manualClock(), never);
    await ledger.append(sampleEntry(), never);
    const { intact, checked } = await ledger.verify(0, 0, never);
    assert.equal([intact, checked], [true, 4]);
    await ledger.close();
  }));

for (let version = 3; version < ledgerMigrations.length; version += 1) {
  test(`a ledger of version ${version} opens and verifies`, () =>
    inFolder(async (statePath) => {
      const first = await openLedger({ statePath }, manualClock(), never);
      await first.append(sampleEntry(), never);
      await first.close();
      // Later steps only make and drop indexes, and each is safe to repeat.
      const client = createClient({ url: pathToFileURL(join(statePath, "audit", "ledger.db")).href });
      await client.execute({ sql: "UPDATE version SET version = ?", args: [version] });
      client.close();
      const ledger = await openLedger({ statePath }, manualClock(), never);
      await ledger.append(sampleEntry(), never);
      const { intact, checked } = await ledger.verify(0, 0, never);
      assert.equal([intact, checked], [true, 2]);
      await ledger.close();
    }));
}

test("state of a newer gateway is refused and left as it is", () =>
  inFolder(async (statePath) => {
    const clock = manualClock();
    await (await openState({ statePath }, clock, never)).close();
    await (await openLedger({ statePath }, clock, never)).close();
    for (const [file, open] of [
      ["state.db", openState],
      ["audit/ledger.db", openLedger],
    ] as const) {
      const client = createClient({ url: pathToFileURL(join(statePath, file)).href });
      await client.execute("UPDATE version SET version = 99");
      client.close();
      assert.is(await faultOf(() => open({ statePath }, clock, never)), "precondition STATE_TOO_NEW");
    }
  }));

test("a damaged file and a folder that can't be made are named as such", () =>
  inFolder(async (statePath) => {
    const clock = manualClock();
    await writeFile(join(statePath, "state.db"), "this is not a database, not at all ".repeat(100));
    assert.is(await faultOf(() => openState({ statePath }, clock, never)), "internal STORE_CORRUPT");
    await mkdir(join(statePath, "audit", "ledger.db"), { recursive: true });
    assert.is(await faultOf(() => openLedger({ statePath }, clock, never)), "precondition STORE_NOT_WRITABLE");
    const inFile = join(statePath, "state.db", "below");
    assert.is(await faultOf(() => openState({ statePath: inFile }, clock, never)), "precondition STORE_NOT_WRITABLE");
  }));

test.run();
