/**
 * Four callers append to a ledger until it is killed, one of them alone first; the sequence of each entry is printed
 * once it is acknowledged. What waits together is written together.
 */
import process from "node:process";
import { openLedger } from "../../src/adapters/libsql/state/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import { never, sampleEntry } from "../contract/sample-run.ts";

const ledger = await openLedger({ statePath: process.argv[2]! }, systemClock, never);
async function append(times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const { sequence } = await ledger.append(sampleEntry(), never);
    process.stdout.write(`${sequence}\n`);
  }
}
await append(3);
await Promise.all([append(10_000), append(10_000), append(10_000), append(10_000)]);
