import { userInfo } from "node:os";
import { systemClock } from "../adapters/system/mod.ts";
import { type AuditKind, type AuditOutcome, Fault, insider } from "../domain/mod.ts";
import type { AuditLedger } from "../ports/mod.ts";
import { CommandError } from "./exit-code.ts";

export interface Deed {
  readonly kind: AuditKind;
  readonly details: Readonly<Record<string, string>>;
}

/** Ctrl-C breaks work off; that it did must still be told. */
const unstoppable = new AbortController().signal;

/**
 * Does what a command does by itself, in the ledger before it begins and closed when it ends; where the former fails,
 * nothing is done. `facts` says what came of it.
 */
export async function inLedger<T>(
  ledger: Pick<AuditLedger, "append">,
  { kind, details }: Deed,
  signal: AbortSignal,
  work: () => Promise<T>,
  facts: (done: T) => Readonly<Record<string, string>> = () => ({}),
): Promise<T> {
  const { tokenId, name, scope, peer } = insider("command");
  const actor = { tokenId, name, scope, peer };
  const about = { kind, actor, requestId: systemClock.uuid(), source: "", run: undefined };
  const known = { ...details, os_user: osUser() };
  const begun = { ...about, details: known, outcome: "started", startedSequence: 0 } as const;
  const { sequence } = await ledger.append(begun, signal);
  const close = (outcome: AuditOutcome, more: Readonly<Record<string, string>>) =>
    ledger.append({ ...about, details: { ...known, ...more }, outcome, startedSequence: sequence }, unstoppable);
  let done: T;
  try {
    done = await work();
  } catch (error) {
    // What failed is what the caller must hear of; an entry left open is closed by a later start.
    await close("failed", wordsOf(error)).catch(() => {});
    throw error;
  }
  await close("succeeded", facts(done));
  return done;
}

/** Of an error that nobody foresaw, the command's own output has the words. */
function wordsOf(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof CommandError) return { message: error.message };
  return error instanceof Fault ? { reason: error.reason, message: error.message } : { reason: "INTERNAL" };
}

/** "" where the system knows no name, as in a container without a passwd entry. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}
