/** Appends to a ledger until it is killed, and prints the sequence of each entry once it is acknowledged. */
import process from "node:process";
import { openLedger } from "../../../../src/adapters/libsql/state/mod.ts";
import { systemClock } from "../../../../src/adapters/system/mod.ts";
import { never, sampleEntry } from "../../../contract/sample-run.ts";

const ledger = await openLedger({ statePath: process.argv[2]! }, systemClock, never);
for (let i = 0; i < 10_000; i += 1) {
  const { sequence } = await ledger.append(sampleEntry(), never);
  process.stdout.write(`${sequence}\n`);
}
