import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openCoverageStore } from "../../../src/adapters/files/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import { coverageStoreContract, each, sampleEntry, sampleReport } from "../../contract/coverage-store.ts";

// Of the twenty checks: 16.

const never = new AbortController().signal;
const everything = { classes: [], pathPrefixes: [] };
const folders: string[] = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "gateway-coverage-"));
  folders.push(folder);
  return folder;
}

const open = (statePath: string, historyLimit = 30) => openCoverageStore({ statePath, historyLimit }, never);

coverageStoreContract("files", (limit) => open(temporary(), limit));

const test = suite("coverage files");
const id = "00000000-0000-4000-8000-000000000001";
const other = "00000000-0000-4000-8000-000000000002";

test("reports outlive the process, are readable by their owner alone, and drafts left behind are removed", async () => {
  const statePath = temporary();
  const first = await open(statePath);
  await first.save("a", each([sampleEntry("x.ts")]), () => sampleReport("a", id, 1, 1), never);
  const folder = join(statePath, "coverage", "source-a");
  writeFileSync(join(folder, "dead.draft"), "half");
  const second = await open(statePath);
  assert.is((await second.reports("a", never)).length, 1);
  const [name, ...more] = readdirSync(folder);
  assert.equal(more, []);
  assert.is(statSync(join(folder, name!)).mode & 0o777, 0o600);
  assert.is(readFileSync(join(statePath, ".gitignore"), "utf8"), "*\n");
});

test("a damaged report is left out of the list and says so when asked for", async () => {
  const statePath = temporary();
  const store = await open(statePath);
  await store.save("a", each([sampleEntry("x.ts")]), () => sampleReport("a", id, 1, 1), never);
  await store.save("a", each([sampleEntry("y.ts")]), () => sampleReport("a", other, 2, 1), never);
  const folder = join(statePath, "coverage", "source-a");
  const file = readdirSync(folder).find((name) => name.includes(id))!;
  const whole = readFileSync(join(folder, file));
  for (let cut = 0; cut < whole.length; cut += 7) {
    writeFileSync(join(folder, file), whole);
    truncateSync(join(folder, file), cut);
    assert.equal(
      (await store.reports("a", never)).map(({ reportId }) => reportId),
      [other],
      `cut at ${cut}`,
    );
    try {
      await store.entries("a", id, everything, "", 10, never);
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof Fault && error.reason === "REPORT_DAMAGED", String(error));
    }
  }
});

test("50,000 files take about a megabyte, and a page reads a fraction of it", async () => {
  const statePath = temporary();
  const store = await open(statePath);
  const entries = Array.from({ length: 50_000 }, (_, i) => sampleEntry(`src/room-${i % 37}/${i}.ts`));
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  await store.save("a", each(entries), () => sampleReport("a", id, 1, 50_000), never);
  const [name] = readdirSync(join(statePath, "coverage", "source-a"));
  assert.ok(statSync(join(statePath, "coverage", "source-a", name!)).size < 2_000_000);
  const page = await store.entries("a", id, { classes: [], pathPrefixes: ["src/room-36/"] }, "", 1_000, never);
  assert.ok(page!.length === 1_000 && page!.every(({ path }) => path.startsWith("src/room-36/")));
});

test.run();
