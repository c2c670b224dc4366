import { cp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type LedgerOptions, openLedger } from "../../src/adapters/libsql/state/mod.ts";
import { manualClock } from "../../src/adapters/memory/mod.ts";
import type { AuditLedger } from "../../src/ports/mod.ts";
import { currentRuntime } from "../../src/runtime/mod.ts";
import { faultOf, never, sampleEntry } from "../contract/sample-run.ts";
import { inFolder } from "../support/in-folder.ts";

// Of the twenty checks: 17.

const test = suite("libSQL ledger: tampering");
const clock = manualClock();

async function opened<T>(options: LedgerOptions, work: (ledger: AuditLedger) => Promise<T>): Promise<T> {
  const ledger = await openLedger(options, clock, never);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

async function fill(ledger: AuditLedger, entries: number): Promise<void> {
  for (let i = 0; i < entries; i += 1) await ledger.append(sampleEntry({ details: { n: String(i) } }), never);
}

/** As someone with write access to the files, but not the key, would. */
async function tamper(statePath: string, ...statements: string[]): Promise<void> {
  const client = createClient({ url: pathToFileURL(join(statePath, "audit", "ledger.db")).href });
  for (const text of statements) await client.execute(text);
  client.close();
}

const found = (statePath: string) =>
  opened({ statePath }, async (ledger) => {
    const { intact, firstBad, problem } = await ledger.verify(0, 0, never);
    return `${intact} ${firstBad} ${problem}`;
  });

const changes = new Map([
  ['UPDATE entry SET entry = replace(entry, \'"n":"4"\', \'"n":"5"\') WHERE sequence = 5', "entry 5 was changed"],
  ["UPDATE entry SET recorded_at = recorded_at + 1 WHERE sequence = 5", "entry 5 was changed"],
  ["UPDATE entry SET outcome = 'succeeded' WHERE sequence = 5", "entry 5 was changed"],
  ["UPDATE entry SET actor = 'nobody' WHERE sequence = 5", "entry 5 was changed"],
  ["UPDATE entry SET started_sequence = 1 WHERE sequence = 5", "entry 5 was changed"],
  ["UPDATE entry SET hash = '00' || substr(hash, 3) WHERE sequence = 5", "entry 5 was changed"],
  ["UPDATE entry SET previous_hash = '00' WHERE sequence = 5", "entry 5 was changed"],
]);
for (const [statement, problem] of changes) {
  test(`finds: ${statement}`, () =>
    inFolder(async (statePath) => {
      await opened({ statePath }, (ledger) => fill(ledger, 8));
      assert.is(await found(statePath), "true 0 ");
      await tamper(statePath, statement);
      assert.is(await found(statePath), `false 5 ${problem}, or written without the key`);
    }));
}

test("entries with any text in them verify, and a change of one character of it is found", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary", maxLength: 40 }), { minLength: 1, maxLength: 6 }), (notes) =>
      inFolder(async (statePath) => {
        const odd = ["\u0000\u001f\u007f\u2028", '\\"/\b\f\n\r\t', "🚢é", ...notes];
        await opened({ statePath }, async (ledger) => {
          for (const note of odd) {
            const source = note.replaceAll(/[\u0000\ud800-\udfff]/gu, "");
            await ledger.append(sampleEntry({ source, requestId: note, details: { [note]: note } }), never);
          }
        });
        assert.is(await found(statePath), "true 0 ");
        await tamper(statePath, `UPDATE entry SET source = source || 'x' WHERE sequence = ${odd.length}`);
        assert.match(await found(statePath), `false ${odd.length} entry ${odd.length} was changed`);
      }),
    ),
    { numRuns: 8 },
  ));

test("finds deleted entries: in the middle, at the beginning, at the end, all of them", () =>
  inFolder(async (statePath) => {
    await opened({ statePath }, (ledger) => fill(ledger, 8));
    const again = join(statePath, "copy");
    const cases: [string, string][] = [
      ["= 4", "false 4 entry 4 is missing"],
      ["BETWEEN 4 AND 6", "false 4 entries 4 to 6 are missing"],
      ["<= 2", "false 1 entries 1 to 2 are missing"],
      ["= 8", "false 8 entry 8 is missing"],
      ["> 5", "false 6 entries 6 to 8 are missing"],
      ["> 0", "false 1 entries 1 to 8 are missing"],
    ];
    for (const [which, problem] of cases) {
      await cp(join(statePath, "audit"), join(again, "audit"), { recursive: true });
      await tamper(again, `DELETE FROM entry WHERE sequence ${which}`);
      assert.ok((await found(again)).startsWith(problem), which);
      // The opening recorded what it found, and the gap stays one.
      assert.ok((await found(again)).startsWith("false"), which);
      await rm(again, { recursive: true });
    }
  }));

test("a cut is found while the ledger is open, and what is appended later does not cover it", () =>
  inFolder((statePath) =>
    opened({ statePath }, async (ledger) => {
      await fill(ledger, 6);
      await tamper(statePath, "DELETE FROM entry WHERE sequence > 4");
      assert.is((await ledger.verify(0, 0, never)).firstBad, 5);
      assert.is((await ledger.append(sampleEntry(), never)).sequence, 7);
      const { intact, firstBad, problem } = await ledger.verify(0, 0, never);
      assert.equal([intact, firstBad, problem], [false, 5, "entries 5 to 6 are missing"]);
    }),
  ));

test("an older head file put back, a damaged and a deleted one are found and recorded", () =>
  inFolder(async (statePath) => {
    const head = join(statePath, "audit", "head");
    await opened({ statePath }, (ledger) => fill(ledger, 3));
    const older = await readFile(head);
    await opened({ statePath }, (ledger) => fill(ledger, 1));
    await writeFile(head, older);
    await opened({ statePath }, async (ledger) => {
      const { intact, firstBad, problem } = await ledger.verify(0, 0, never);
      assert.equal([intact, firstBad], [false, 4]);
      assert.match(problem, /older copy/);
      const [entry] = await ledger.read(4, 1, undefined, never);
      assert.equal([entry?.kind, entry?.outcome, entry?.details["ledger"]], ["config-change", "failed", problem]);
    });
    assert.is(await found(statePath), "true 0 ");
    await writeFile(head, "x".repeat(1_024));
    assert.match(await found(statePath), /^false 5 the head file is damaged/);
    await rm(head);
    assert.match(await found(statePath), /^false 6 the head file is missing/);
    assert.is(await found(statePath), "true 0 ");
  }));

test("an end that was cut is found although the head file was made to fit without the key", () =>
  inFolder(async (statePath) => {
    await opened({ statePath }, (ledger) => fill(ledger, 4));
    await tamper(statePath, "DELETE FROM entry WHERE sequence = 4");
    const head = join(statePath, "audit", "head");
    const text = await readFile(head, "utf8");
    await writeFile(head, text.replace('"sequence":4', '"sequence":3'));
    assert.match(await found(statePath), /^false 3 the head file is damaged/);
  }));

test("entries added without the key, and a forged checkpoint that hides deleted ones, are found", () =>
  inFolder(async (statePath) => {
    await opened({ statePath }, (ledger) => fill(ledger, 6));
    const forged = JSON.stringify({ details: { pruned_to: "3", pruned_hash: "x" } });
    await tamper(
      statePath,
      "DELETE FROM entry WHERE sequence <= 3",
      "UPDATE entry SET previous_hash = 'x' WHERE sequence = 4",
      `UPDATE entry SET kind = 'retention', outcome = 'succeeded', entry = '${forged}' WHERE sequence = 6`,
    );
    assert.match(await found(statePath), /^false 4 entry 4 was changed/);
  }));

// See test/runtimes/known-differences.md.
const inOneProcess = currentRuntime().name === "deno" ? test.skip : test;

inOneProcess(
  "a ledger of before the chain is chained by the first start, and one that only looks like it is refused",
  () =>
    inFolder(async (statePath) => {
      await opened({ statePath }, (ledger) => fill(ledger, 3));
      const unchain = ["UPDATE version SET version = 1", "DROP INDEX entry_previous"];
      for (const name of ["previous_hash", "hash"]) unchain.push(`ALTER TABLE entry DROP COLUMN ${name}`);
      await tamper(statePath, ...unchain);
      assert.is(await faultOf(() => openLedger({ statePath }, clock, never)), "precondition LEDGER_BROKEN");
      await tamper(statePath, "UPDATE version SET version = 1", ...unchain.slice(2));
      await rm(join(statePath, "audit", "head"));
      assert.is(await found(statePath), "true 0 ");
      await tamper(statePath, "UPDATE entry SET entry = '{}' WHERE sequence = 2");
      assert.match(await found(statePath), /^false 2/);
    }),
);

test("the key is made for its owner alone, is needed once there are entries, and may be elsewhere", () =>
  inFolder(async (statePath) => {
    const key = join(statePath, "audit", "key");
    await opened({ statePath }, (ledger) => fill(ledger, 1));
    assert.is((await stat(key)).mode & 0o777, 0o600);
    const keyFile = join(statePath, "elsewhere");
    await writeFile(keyFile, "short");
    assert.is(await faultOf(() => openLedger({ statePath, keyFile }, clock, never)), "precondition LEDGER_KEY");
    await writeFile(keyFile, "another key, long enough to be taken as one\n");
    await opened({ statePath, keyFile }, async (ledger) => {
      assert.match((await ledger.verify(0, 0, never)).problem, /^entry 1 was changed, or written without the key/);
    });
    await rm(key);
    assert.is(await faultOf(() => openLedger({ statePath }, clock, never)), "precondition LEDGER_KEY");
  }));

test("a range is verified by itself", () =>
  inFolder((statePath) =>
    opened({ statePath }, async (ledger) => {
      await fill(ledger, 8);
      await tamper(statePath, "UPDATE entry SET source = 'x' WHERE sequence = 5");
      const range = async (from: number, to: number) => (await ledger.verify(from, to, never)).firstBad;
      assert.equal([await range(1, 4), await range(6, 8), await range(5, 5), await range(3, 0)], [0, 0, 5, 5]);
    }),
  ));

test.run();
