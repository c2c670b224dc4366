import { closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import { openLedger } from "../../src/adapters/libsql/state/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import { never, sampleEntry } from "../contract/sample-run.ts";
import { makeRepo } from "../support/git-repo.ts";
import { median, percentile, round } from "./figures.ts";
import { startProcess } from "./gateway-process.ts";

const entries = 100_000;
const appends = 300;
/** Appends at once, as refusals in a flood are. */
const callers = 16;
/** What the disk is asked to hold at an append: the head's slot, and a page of the write-ahead log for each tree. */
const [headBytes, logBytes] = [512, 5 * 4_120];

/** Appends under FULL sync beside the disk's own part in them; then verification, and export through a real gateway. */
export async function benchLedger(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "ledger-bench-"));
  const statePath = join(folder, "state");
  mkdirSync(statePath);
  try {
    const appended = await benchAppends(statePath);
    await multiply(statePath);
    const ledger = await openLedger({ statePath }, systemClock, never);
    const began = performance.now();
    const { intact, checked } = await ledger.verify(0, 0, never);
    const verifyMs = performance.now() - began;
    await ledger.close();
    if (!intact || checked < entries) throw new Error("the bench's ledger does not verify");
    return { ...appended, verify_100k_ms: round(verifyMs, 0), ...(await benchExport(statePath)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchAppends(statePath: string): Promise<Record<string, number>> {
  const ledger = await openLedger({ statePath }, systemClock, never);
  const disk = openDisk(statePath);
  const append = async (): Promise<number> => {
    const began = performance.now();
    // Over and done: of runs that began and never ended a start would end each.
    await ledger.append(sampleEntry({ outcome: "succeeded" }), never);
    return performance.now() - began;
  };
  const alone: number[] = [];
  const bare: number[] = [];
  // In turn, so that both meet the same disk.
  for (let i = 0; i < appends; i += 1) {
    bare.push(disk.twoFlushes());
    alone.push(await append());
  }
  disk.close();
  const together: number[] = [];
  const began = performance.now();
  const caller = async () => {
    for (let i = 0; i < appends / 4; i += 1) together.push(await append());
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - began) / 1_000;
  await ledger.close();
  return {
    append_p50_ms: round(median(alone), 2),
    append_p99_ms: round(percentile(alone, 0.99), 2),
    disk_p50_ms: round(median(bare), 2),
    disk_p99_ms: round(percentile(bare, 0.99), 2),
    [`append_${callers}_callers_p99_ms`]: round(percentile(together, 0.99), 2),
    [`append_${callers}_callers_per_s`]: round(together.length / seconds, 0),
  };
}

/** What an append waits for when nothing is computed: one file is rewritten in place, another grows, both are flushed. */
function openDisk(folder: string): { twoFlushes(): number; close(): void } {
  const head = openSync(join(folder, "bare-head"), "w");
  const log = openSync(join(folder, "bare-log"), "w");
  return {
    twoFlushes() {
      const began = performance.now();
      writeSync(head, new Uint8Array(headBytes), 0, headBytes, 0);
      fdatasyncSync(head);
      writeSync(log, new Uint8Array(logBytes));
      fdatasyncSync(log);
      return performance.now() - began;
    },
    close() {
      closeSync(head);
      closeSync(log);
    },
  };
}

/** Through gRPC, by a caller of another process, so that what is resident is the gateway's own. */
async function benchExport(statePath: string): Promise<Record<string, number>> {
  const repo = makeRepo({ "readme.md": "# Nothing to search for\n" });
  const gateway = await startProcess(statePath, `bench=${repo.root}`);
  try {
    const once = async (after: number): Promise<number> => {
      let count = 0;
      for await (const batch of gateway.clients.audit.exportEntries({ afterSequence: after }))
        count += batch.entries.length;
      return count;
    };
    await once(entries * 0.95); // what is compiled and opened at the first call is not the export's
    const before = gateway.memory().now;
    gateway.resetPeak();
    const began = performance.now();
    const exported = await once(0);
    const seconds = (performance.now() - began) / 1_000;
    const highest = gateway.memory().peak;
    await once(0); // flat: once more takes no more
    return {
      export_per_s: round(exported / seconds, 0),
      export_before_mb: before,
      export_highest_mb: highest,
      export_again_highest_mb: gateway.memory().peak,
    };
  } finally {
    await gateway.stop();
    repo.remove();
  }
}

/** Many entries at once, as a gateway of before the chain would have left them: the next open chains them. */
async function multiply(statePath: string): Promise<void> {
  const client = createClient({ url: pathToFileURL(join(statePath, "audit", "ledger.db")).href });
  await client.execute("DROP INDEX entry_previous");
  for (const name of ["previous_hash", "hash"]) await client.execute(`ALTER TABLE entry DROP COLUMN ${name}`);
  await client.execute("UPDATE version SET version = 1");
  const stored = Number((await client.execute("SELECT COUNT(*) AS n FROM entry")).rows[0]?.["n"]);
  await client.execute(
    `INSERT INTO entry SELECT n + ${stored}, recorded_at, kind, outcome, source, run_id, actor, started_sequence, entry
     FROM (SELECT * FROM entry WHERE sequence = 1),
       (WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${entries - stored})
        SELECT n FROM numbers)`,
  );
  client.close();
  rmSync(join(statePath, "audit", "head"));
}
