import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import { openLedger } from "../../src/adapters/libsql/state/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import { auditService } from "../../src/services/audit/mod.ts";
import { never, sampleEntry } from "../contract/sample-run.ts";
import { percentile, round } from "./figures.ts";

const entries = 100_000;
const appends = 300;
/** Appends at once, as refusals in a flood are. */
const callers = 16;

/** Appends under FULL sync; then verification and export of 100,000 entries. */
export async function benchLedger(): Promise<Record<string, number>> {
  const statePath = mkdtempSync(join(tmpdir(), "ledger-bench-"));
  try {
    let ledger = await openLedger({ statePath }, systemClock, never);
    const append = async (ms: number[], times: number) => {
      for (let i = 0; i < times; i += 1) {
        const began = performance.now();
        await ledger.append(sampleEntry(), never);
        ms.push(performance.now() - began);
      }
    };
    const alone: number[] = [];
    await append(alone, appends);
    const together: number[] = [];
    const floodBegan = performance.now();
    await Promise.all(Array.from({ length: callers }, () => append(together, appends / 4)));
    const floodMs = performance.now() - floodBegan;
    await ledger.close();
    await multiply(statePath);
    ledger = await openLedger({ statePath }, systemClock, never);

    let began = performance.now();
    const { intact, checked } = await ledger.verify(0, 0, never);
    const verifyMs = performance.now() - began;
    if (!intact || checked < entries) throw new Error("the bench's ledger does not verify");

    const handlers = auditService(ledger, new Uint8Array(32), systemClock).implementation as {
      exportEntries(request: object, context: object): AsyncIterable<{ entries: readonly unknown[] }>;
    };
    const principal = { sources: undefined };
    let exported = 0;
    let highest = 0;
    const resting = process.memoryUsage().rss;
    began = performance.now();
    for await (const batch of handlers.exportEntries({ afterSequence: 0 }, { principal, signal: never })) {
      exported += batch.entries.length;
      highest = Math.max(highest, process.memoryUsage().rss);
    }
    const exportMs = performance.now() - began;
    await ledger.close();
    return {
      append_p50_ms: round(percentile(alone, 0.5), 2),
      append_p99_ms: round(percentile(alone, 0.99), 2),
      [`append_${callers}_callers_p99_ms`]: round(percentile(together, 0.99), 2),
      [`append_${callers}_callers_per_s`]: round(together.length / (floodMs / 1_000), 0),
      verify_100k_ms: round(verifyMs, 0),
      export_per_s: round(exported / (exportMs / 1_000), 0),
      export_mb: round((highest - resting) / 1_048_576, 0),
    };
  } finally {
    rmSync(statePath, { recursive: true });
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
