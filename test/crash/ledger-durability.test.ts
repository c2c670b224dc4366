import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLedger } from "../../src/adapters/libsql/state/mod.ts";
import { manualClock } from "../../src/adapters/memory/mod.ts";
import { faultOf, never, sampleEntry } from "../contract/sample-run.ts";
import { inFolder } from "../support/in-folder.ts";
import { smallDisk } from "../support/small-disk.ts";

// Of the twenty checks: 17.

const test = suite("libSQL ledger: kills, writers, full disks");
const clock = manualClock();
/** How often the child is killed; a run of a few minutes takes a hundred. */
const kills = Number(process.env["KM_TEST_KILLS"] ?? 12);

function appendingChild(statePath: string): ChildProcess {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const file = fileURLToPath(new URL(`./append-child${ending}`, import.meta.url));
  const args = "deno" in process.versions ? ["run", "--quiet", "-A", file] : [file];
  return spawn(process.execPath, [...args, statePath], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Kills the child after so many acknowledged entries; the last sequence that it had told of. */
function killedAfter(statePath: string, entries: number): Promise<number> {
  const child = appendingChild(statePath);
  return new Promise((resolve) => {
    let text = "";
    child.stdout!.on("data", (bytes: Buffer) => {
      text += bytes.toString();
      if (text.split("\n").length > entries) child.kill("SIGKILL");
    });
    child.on("close", () => resolve(Number(text.trimEnd().split("\n").at(-1))));
  });
}

test(`after ${kills} kills in the middle of appends all acknowledged entries are there and the chain is whole`, () =>
  inFolder(async (statePath) => {
    for (let i = 0; i < kills; i += 1) {
      const acknowledged = await killedAfter(statePath, 1 + ((i * 7) % 11));
      const ledger = await openLedger({ statePath }, clock, never);
      const { intact, problem, headSequence } = await ledger.verify(0, 0, never);
      await ledger.close();
      assert.is(problem, "", `kill ${i}`);
      assert.ok(intact);
      // One more may have been inserted than was told of, and lines of output may be lost with the child.
      assert.ok(headSequence >= acknowledged, `${headSequence} entries, ${acknowledged} acknowledged`);
    }
  }));

test("entries that wait together keep the order they were asked for in, and each is acknowledged by its own place", () =>
  inFolder(async (statePath) => {
    const ledger = await openLedger({ statePath }, clock, never);
    const notes = Array.from({ length: 150 }, (_, i) => String(i));
    const appended = await Promise.all(notes.map((note) => ledger.append(sampleEntry({ details: { note } }), never)));
    assert.equal(
      appended.map(({ sequence }) => sequence),
      notes.map((_, i) => i + 1),
    );
    const stored = await ledger.read(0, 500, undefined, never);
    assert.equal(stored, appended);
    assert.equal(
      stored.map(({ details }) => details["note"]),
      notes,
    );
    const { problem, checked } = await ledger.verify(0, 0, never);
    await ledger.close();
    assert.equal([problem, checked], ["", 150]);
  }));

test("two processes append to one ledger at once", () =>
  inFolder(async (statePath) => {
    const [one, other] = await Promise.all([killedAfter(statePath, 25), killedAfter(statePath, 25)]);
    const ledger = await openLedger({ statePath }, clock, never);
    const { problem, checked } = await ledger.verify(0, 0, never);
    await ledger.close();
    assert.is(problem, "");
    assert.ok(checked >= Math.max(one, other) && checked >= 50, `${checked} entries`);
  }));

test("gateways that share a ledger elsewhere, each with a head file of its own, chain to each other's entries", () =>
  inFolder(async (folder) => {
    const keyFile = join(folder, "key");
    await writeFile(keyFile, "the key that both of the gateways were given\n");
    const url = pathToFileURL(join(folder, "shared.db")).href;
    const open = (name: string) => openLedger({ statePath: join(folder, name), keyFile, url }, clock, never);
    const ledgers = [await open("one"), await open("other")];
    const appended = await Promise.all(
      Array.from({ length: 60 }, (_, i) => ledgers[i % 2]!.append(sampleEntry(), never)),
    );
    assert.is(new Set(appended.map(({ sequence }) => sequence)).size, 60);
    assert.is(new Set(appended.map(({ previousHash }) => previousHash)).size, 60);
    // One that joins them later finds nothing wrong, and knows from then on what must be there.
    ledgers.push(await open("joining"));
    for (const ledger of ledgers) {
      const { problem, checked } = await ledger.verify(0, 0, never);
      assert.equal([problem, checked], ["", 60]);
      await ledger.close();
    }
    const client = createClient({ url });
    await client.execute("DELETE FROM entry WHERE sequence > 58");
    client.close();
    const again = await open("joining");
    assert.match((await again.verify(0, 0, never)).problem, "entries 59 to 60 are missing");
    await again.close();
  }));

test("a lock that a dead process left holds nobody up", () =>
  inFolder(async (statePath) => {
    await mkdir(join(statePath, "audit"));
    const { pid } = spawnSync("true");
    await writeFile(join(statePath, "audit", "append.lock"), JSON.stringify({ pid, origin: 0 }));
    const first = await openLedger({ statePath }, clock, never);
    await writeFile(join(statePath, "audit", "append.lock"), "");
    await first.ready(never);
    assert.is((await first.append(sampleEntry(), never)).sequence, 1);
    // The first process of a container has the number of the one before it.
    await writeFile(join(statePath, "audit", "append.lock"), JSON.stringify({ pid: process.pid, origin: 1 }));
    assert.is((await first.append(sampleEntry(), never)).sequence, 2);
    await first.close();
  }));

const small = smallDisk(1, import.meta.url);
const disk = "path" in small ? small.path : "";
const onFullDisk = "path" in small ? test : test.skip;
if ("missing" in small) console.warn(`SKIPPED: the ledger on a full disk: ${small.missing}`);
onFullDisk("a full disk refuses entries, keeps what there is, and takes entries again once there is room", async () => {
  const filler = join(disk, "filler");
  const ledger = await openLedger({ statePath: disk }, clock, never);
  try {
    await ledger.append(sampleEntry(), never);
    spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4k"]);
    let refused = "no fault";
    let whole = 1;
    while (refused === "no fault") {
      refused = await faultOf(() => ledger.append(sampleEntry(), never));
      if (refused === "no fault") whole += 1;
    }
    assert.is(refused, "unavailable LEDGER_UNAVAILABLE");
    assert.equal((await ledger.verify(0, 0, never)).headSequence, whole);
    await rm(filler);
    assert.is((await ledger.append(sampleEntry(), never)).sequence, whole + 1);
    const { intact, problem } = await ledger.verify(0, 0, never);
    assert.equal([intact, problem], [true, ""]);
  } finally {
    await ledger.close();
    if ("path" in small) small.unmount();
  }
});

test.run();
