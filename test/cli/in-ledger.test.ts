import { suite } from "uvu";
import * as assert from "uvu/assert";
import { manualClock, memoryAuditLedger } from "../../src/adapters/memory/mod.ts";
import { inLedger } from "../../src/cli/in-ledger.ts";
import { Fault, throwIfAborted } from "../../src/domain/mod.ts";
import type { AuditLedger } from "../../src/ports/mod.ts";
import { faultOf } from "../contract/sample-run.ts";
import { entries, never } from "../services/ingest/harness.ts";

const test = suite("what commands do by themselves is in the ledger");
const deed = { kind: "backup", details: { folder: "/copy" } } as const;

/** Appends nothing for a signal that is aborted, as the ledger on disk. */
function ledger(): AuditLedger {
  const inner = memoryAuditLedger(manualClock());
  const append: AuditLedger["append"] = async (entry, signal) => {
    throwIfAborted(signal);
    return inner.append(entry, signal);
  };
  return { ...inner, append };
}

const told = async (of: AuditLedger) =>
  (await entries(of)).map(({ outcome, startedSequence, details }) => [outcome, startedSequence, details["reason"]]);

test("work that is broken off is closed as failed, with a signal that nobody aborted", async () => {
  const at = ledger();
  const pressed = new AbortController();
  const work = async () => {
    pressed.abort(new Fault("cancelled", "interrupted"));
    return throwIfAborted(pressed.signal);
  };
  assert.is(await faultOf(() => inLedger(at, deed, pressed.signal, work)), "cancelled CANCELLED");
  assert.equal(await told(at), [
    ["started", 0, undefined],
    ["failed", 1, "CANCELLED"],
  ]);
});

test("work that was done before it could be broken off is closed as such, with what came of it", async () => {
  const at = ledger();
  const pressed = new AbortController();
  const work = async () => {
    pressed.abort();
    return 3;
  };
  assert.is(await inLedger(at, deed, pressed.signal, work, (files) => ({ files: String(files) })), 3);
  const last = (await entries(at)).at(-1)!;
  assert.equal([last.outcome, last.details["folder"], last.details["files"]], ["succeeded", "/copy", "3"]);
});

test("nothing is done that the ledger can't record", async () => {
  const append = async () => {
    throw new Fault("unavailable", "the ledger is away", { reason: "LEDGER_UNAVAILABLE" });
  };
  let done = false;
  const work = async () => {
    done = true;
  };
  assert.is(await faultOf(() => inLedger({ append }, deed, never, work)), "unavailable LEDGER_UNAVAILABLE");
  assert.not(done);
});

test.run();
