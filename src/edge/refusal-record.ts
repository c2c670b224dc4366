import { Fault, type NewAuditEntry, type Principal, peerNetwork } from "../domain/mod.ts";
import type { AuditLedger, Clock, Log } from "../ports/mod.ts";

/** A call that was refused for who made it. */
export interface Refusal {
  readonly actor: NewAuditEntry["actor"];
  /** UPPER_SNAKE, as callers see it. */
  readonly reason: string;
  /** Full path of the method. */
  readonly method: string;
  readonly requestId: string;
}

export interface RefusalRecord {
  /** Returns at once; the ledger is written to in the background. */
  add(refusal: Refusal): void;
  /** Writes down what was only counted, and waits for all of it. */
  flush(): Promise<void>;
}

export interface RefusalRecordParts {
  readonly ledger: AuditLedger;
  readonly clock: Clock;
  readonly log: Log;
}

/** A caller's refusals are told apart by the minute: the first is recorded, the others of that minute counted. */
const windowMs = 60_000;
/** Entries a window at most, over all callers: a flood from many addresses adds 30 entries a minute and a number. */
const entriesPerWindow = 30;

/**
 * Samples refused calls into the ledger. At most one entry a caller and minute and thirty a minute in all; each
 * entry, and one at the end of a minute's refusals, says how many others there were.
 */
export function refusalRecord({ ledger, clock, log }: RefusalRecordParts): RefusalRecord {
  let began = 0;
  let suppressed = 0;
  let latest: Refusal | undefined;
  const recorded = new Set<string>();
  const writing = new Set<Promise<void>>();

  function write({ actor, reason, method, requestId }: Refusal): void {
    const counted: Readonly<Record<string, string>> = suppressed > 0 ? { not_recorded_before: String(suppressed) } : {};
    suppressed = 0;
    const entry: NewAuditEntry = {
      kind: "access-refused",
      outcome: "refused",
      actor,
      requestId,
      source: "",
      run: undefined,
      details: { reason, method, ...counted },
      startedSequence: 0,
    };
    const done = ledger
      .append(entry, AbortSignal.timeout(5_000))
      .then(
        () => {},
        (error: unknown) => log.error({ error, request_id: requestId }, "a refusal could not be recorded"),
      )
      .finally(() => writing.delete(done));
    writing.add(done);
  }

  return {
    add(refusal) {
      const now = clock.now();
      if (now - began >= windowMs) {
        began = now;
        recorded.clear();
      }
      const { tokenId, peer } = refusal.actor;
      const caller = tokenId === "" ? `peer ${peerNetwork(peer)}` : tokenId;
      latest = refusal;
      if (recorded.has(caller) || recorded.size >= entriesPerWindow) suppressed += 1;
      else {
        recorded.add(caller);
        write(refusal);
      }
    },
    async flush() {
      if (suppressed > 0 && latest !== undefined) {
        suppressed -= 1; // the entry itself is one of them
        write(latest);
      }
      await Promise.all(writing);
    },
  };
}

/** A refusal of someone who is known. */
export function refusalOf(principal: Principal, fault: Fault, method: string, requestId: string): Refusal {
  const { tokenId, name, scope, peer } = principal;
  return { actor: { tokenId, name, scope, peer }, reason: fault.reason, method, requestId };
}

/** Nobody in particular: the call showed no valid token. */
export function strangerRefusal(peer: string, fault: Fault, method: string, requestId: string): Refusal {
  const actor = { tokenId: "", name: "", scope: "reader", peer } as const;
  return { actor, reason: fault.reason, method, requestId };
}

/** Whether an error refuses the caller as such, rather than what was asked. */
export function refusesCaller(error: unknown): error is Fault {
  return error instanceof Fault && (error.code === "unauthenticated" || error.code === "forbidden");
}
