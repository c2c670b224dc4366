import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger, openState } from "../../../../src/adapters/libsql/state/mod.ts";
import { manualClock } from "../../../../src/adapters/memory/mod.ts";
import { auditLedgerContract } from "../../../contract/audit-ledger.ts";
import { jobStoreContract } from "../../../contract/job-store.ts";
import { leasesContract } from "../../../contract/leases.ts";
import { grace, revisionsContract } from "../../../contract/revisions.ts";
import { never } from "../../../contract/sample-run.ts";
import { schedulesContract } from "../../../contract/schedules.ts";
import { tokenRecordsContract } from "../../../contract/token-records.ts";

// Of the twenty checks: 16.

const states = {
  async open() {
    const clock = manualClock();
    const statePath = await mkdtemp(join(tmpdir(), "state-"));
    const state = await openState({ statePath, generationGraceMs: grace }, clock, never);
    return {
      state,
      clock,
      async close() {
        await state.close();
        await rm(statePath, { recursive: true });
      },
    };
  },
};

const ledgers = {
  async open() {
    const clock = manualClock();
    const statePath = await mkdtemp(join(tmpdir(), "ledger-"));
    const ledger = await openLedger({ statePath }, clock, never);
    return {
      ledger,
      clock,
      async close() {
        await ledger.close();
        await rm(statePath, { recursive: true });
      },
    };
  },
};

jobStoreContract("libSQL", states);
leasesContract("libSQL", states);
revisionsContract("libSQL", states);
schedulesContract("libSQL", states);
tokenRecordsContract("libSQL", states);
auditLedgerContract("libSQL", ledgers);
