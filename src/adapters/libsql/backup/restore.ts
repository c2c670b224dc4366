import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { insider } from "../../../domain/mod.ts";
import type { AuditLedger, Clock } from "../../../ports/mod.ts";
import { takeOwnership } from "../index/mod.ts";
import { type LedgerOptions, openLedger } from "../state/mod.ts";
import { flush, outOfRoom } from "./folder-files.ts";
import { checkFiles, type Manifest, readManifest } from "./manifest.ts";

export interface RestoreOptions {
  /** The backup. */
  readonly folder: string;
  readonly statePath: string;
  /** As the gateway opens it. */
  readonly ledger: Omit<LedgerOptions, "statePath">;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Where what was there before is now; "" when there was nothing. */
  readonly aside: string;
  /** Whether the ledger that was there is kept, since it is sound and goes on where the backup's ends. */
  readonly ledgerKept: boolean;
  /** Tokens that were revoked or rotated after the backup and are as they were before: ids. */
  readonly tokensBack: readonly string[];
}

/** Job state comes last: without it nothing is served, whatever else is there. */
const parts = ["index", "graph", "coverage", "feedback", "audit", "state.db"];

/**
 * Puts a backup in the place of a state directory that no gateway has. What was there is moved aside, never deleted.
 * Broken off at any point, it can be run again.
 * @throws Fault `conflict` while a gateway has the directory, `precondition` when the backup is not whole.
 */
export async function restore(
  { folder, statePath, ledger: options }: RestoreOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<Restored> {
  const manifest = readManifest(folder);
  await checkFiles(folder, manifest);
  const ownership = await takeOwnership(statePath);
  try {
    const incoming = join(statePath, "restoring");
    try {
      copyIn(folder, manifest, incoming);
    } catch (error) {
      rmSync(incoming, { recursive: true, force: true });
      throw outOfRoom(error);
    }
    const ledgerOptions = { ...options, statePath };
    const ledgerKept = options.url !== undefined || (await continues(ledgerOptions, manifest, clock, signal));
    const replaced = parts.filter((part) => part !== "audit" || !ledgerKept);
    const aside = moveAside(statePath, replaced, new Date(clock.now()));
    for (const part of replaced) {
      if (existsSync(join(incoming, part))) renameSync(join(incoming, part), join(statePath, part));
    }
    flush(statePath);
    rmSync(incoming, { recursive: true, force: true });
    const ledger = await openLedger(ledgerOptions, clock, signal);
    try {
      const tokensBack = ledgerKept ? await tokensEnded(ledger, manifest, signal) : [];
      await record(ledger, manifest, ledgerKept, signal);
      return { manifest, aside, ledgerKept, tokensBack };
    } finally {
      await ledger.close();
    }
  } finally {
    await ownership.release();
  }
}

/** On the same disk first, so that what follows is renames. */
function copyIn(folder: string, { files }: Manifest, incoming: string): void {
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { mode: 0o700 });
  for (const { path } of files) {
    mkdirSync(dirname(join(incoming, path)), { recursive: true, mode: 0o700 });
    copyFileSync(join(folder, path), join(incoming, path));
    chmodSync(join(incoming, path), 0o600);
    flush(join(incoming, path));
  }
}

/** Whether the ledger in place is sound and has the backup's last entry: then it knows more, and nothing else. */
async function continues(
  options: LedgerOptions,
  { ledger: end }: Manifest,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  if (!existsSync(join(options.statePath, "audit", "ledger.db"))) return false;
  let ledger: AuditLedger | undefined;
  try {
    ledger = await openLedger(options, clock, signal);
    const { intact } = await ledger.verify(0, 0, signal);
    return intact && end.sequence > 0 && (await ledger.get(end.sequence, signal))?.hash === end.hash;
  } catch {
    return false; // damaged, of a newer version, its key lost: it is moved aside with the rest
  } finally {
    await ledger?.close();
  }
}

function moveAside(statePath: string, which: readonly string[], now: Date): string {
  const there = which
    .flatMap((part) => (part.endsWith(".db") ? [part, `${part}-wal`, `${part}-shm`] : [part]))
    .filter((name) => existsSync(join(statePath, name)));
  if (there.length === 0) return "";
  const aside = join(statePath, `before-restore-${now.toISOString().replaceAll(":", "-")}`);
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const name of there) renameSync(join(statePath, name), join(aside, name));
  return aside;
}

/** Ids of tokens whose end the ledger knows of and the restored job state does not. */
async function tokensEnded(ledger: AuditLedger, { ledger: end }: Manifest, signal: AbortSignal): Promise<string[]> {
  const ids = new Set<string>();
  for (let after = end.sequence; ; ) {
    const entries = await ledger.read(after, 500, undefined, signal);
    for (const { kind, outcome, details } of entries) {
      if (outcome !== "succeeded" || (kind !== "token-revoked" && kind !== "token-rotated")) continue;
      if (details["token_id"] !== undefined) ids.add(details["token_id"]);
    }
    const last = entries.at(-1);
    if (last === undefined) return [...ids];
    after = last.sequence;
  }
}

/** The backup that the copy was taken by is open in it: it did end. */
async function record(ledger: AuditLedger, manifest: Manifest, kept: boolean, signal: AbortSignal): Promise<void> {
  const { tokenId, name, scope, peer } = insider("command");
  const about = { actor: { tokenId, name, scope, peer }, requestId: "", source: "", run: undefined };
  for (const { kind, sequence, details } of await ledger.open(signal)) {
    if (kind !== "backup") continue;
    const closing = { ...details, closed_by: "the restore of it" };
    await ledger.append({ ...about, kind, outcome: "succeeded", details: closing, startedSequence: sequence }, signal);
  }
  const details = {
    backup_made: manifest.createdAt,
    backup_version: manifest.version,
    backup_head_sequence: String(manifest.ledger.sequence),
    backup_head_hash: manifest.ledger.hash,
    ledger: kept ? "kept" : "restored",
    served: JSON.stringify(manifest.served),
  };
  await ledger.append({ ...about, kind: "restore", outcome: "succeeded", details, startedSequence: 0 }, signal);
}
