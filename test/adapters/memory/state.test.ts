import { manualClock, memoryAuditLedger, memoryState } from "../../../src/adapters/memory/mod.ts";
import { auditLedgerContract } from "../../contract/audit-ledger.ts";
import { jobStoreContract } from "../../contract/job-store.ts";
import { leasesContract } from "../../contract/leases.ts";
import { grace, revisionsContract } from "../../contract/revisions.ts";
import { schedulesContract } from "../../contract/schedules.ts";
import { tokenRecordsContract } from "../../contract/token-records.ts";

// Of the twenty checks: 16.

const maker = {
  async open() {
    const clock = manualClock();
    return { state: memoryState(clock, grace), ledger: memoryAuditLedger(clock), clock, async close() {} };
  },
};

jobStoreContract("memory", maker);
leasesContract("memory", maker);
revisionsContract("memory", maker);
schedulesContract("memory", maker);
tokenRecordsContract("memory", maker);
auditLedgerContract("memory", maker);
