import { VerifyLedgerResponse } from "../../gen/knowledge/v1/audit_service.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import type { Act } from "./with-gateway.ts";

export interface VerifyFlags {
  readonly from?: number;
  readonly to?: number;
}

export async function verifyAudit({ clients, output, signal }: Act, flags: VerifyFlags): Promise<ExitCode> {
  const range = { fromSequence: flags.from ?? 0, toSequence: flags.to ?? 0 };
  const found = await clients.audit.verifyLedger(range, { signal });
  if (output.json) output.out(JSON.stringify(VerifyLedgerResponse.toJSON(found)));
  else if (found.intact) {
    const head = Array.from(found.headHash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    output.out(`intact: ${found.entriesChecked} entries checked; the last one is ${found.headSequence}, ${head}`);
  } else {
    output.out(`NOT intact, from entry ${found.firstBadSequence} on: ${found.problem}`);
    output.err("keep the state directory as it is, and compare it with a backup or an export");
  }
  return found.intact ? exitCode.ok : exitCode.failed;
}
