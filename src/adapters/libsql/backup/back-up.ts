import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Fault, throwIfAborted } from "../../../domain/mod.ts";
import { copyDatabase, using } from "./copy-database.ts";
import { copyLedger, type LedgerEnd } from "./copy-ledger.ts";
import { filesBelow, flush, outOfRoom } from "./folder-files.ts";
import { described, format, type Manifest, manifestName } from "./manifest.ts";

export interface BackupOptions {
  readonly statePath: string;
  /** Where to: made, or empty. */
  readonly folder: string;
  readonly version: string;
  readonly now: Date;
  /** Parts that are kept elsewhere, in words. */
  readonly notIncluded: readonly string[];
}

/** The stores that generations name rows of. */
const stores = ["index/index.db", "graph/graph.db"];
/** A generation would have to be superseded and swept while it is copied: its grace is minutes. */
const attempts = 3;

/**
 * Copies a state directory while a gateway serves it, in an order that makes the copies fit each other:
 *
 * 1. Coverage reports, files that never change, and feedback, to which lines are added.
 * 2. Job state, which names the generation that is served of each source.
 * 3. Index and graph. They hold at least these generations, since nothing is swept that job state still names; rows of
 *    later ones are what a killed run would have left, and the next run takes them back.
 * 4. The ledger: what happened to anything copied before is in it.
 * 5. The manifest, with a checksum of each file.
 *
 * @throws Fault `precondition` (the folder is not empty, nothing to back up), `exhausted`, `unavailable`, `cancelled`.
 */
export async function backUp(options: BackupOptions, signal: AbortSignal): Promise<Manifest> {
  try {
    return await copyAll(options, signal);
  } catch (error) {
    throw outOfRoom(error);
  }
}

async function copyAll(options: BackupOptions, signal: AbortSignal): Promise<Manifest> {
  const { statePath, folder, version, now, notIncluded } = options;
  prepare(statePath, folder);
  copyFiles(join(statePath, "coverage"), join(folder, "coverage"), ".coverage");
  copyFiles(join(statePath, "feedback"), join(folder, "feedback"), ".jsonl");
  const served = copyStores(statePath, folder, signal);
  throwIfAborted(signal);
  const ledger = await copyAudit(join(statePath, "audit"), join(folder, "audit"));
  const files = [];
  for (const path of filesBelow(folder)) {
    throwIfAborted(signal);
    chmodSync(join(folder, path), 0o600);
    flush(join(folder, path));
    files.push(await described(folder, path));
  }
  const manifest = { format, version, createdAt: now.toISOString(), served, ledger, notIncluded, files };
  const file = join(folder, manifestName);
  writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
  flush(file);
  flush(folder);
  return manifest;
}

function prepare(statePath: string, folder: string): void {
  if (!existsSync(statePath)) throw refused(`there is no state directory ${statePath}: set KM_STATE_PATH`);
  if (!relative(resolve(statePath), resolve(folder)).startsWith(".."))
    throw refused(`${folder} is in the state directory: a backup belongs elsewhere, best on another disk`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw refused(`${folder} is not empty: name a new folder for each backup`);
  chmodSync(folder, 0o700);
}

/** Reports appear whole and go whole; feedback grows by lines, and its readers leave out one that was cut. */
function copyFiles(from: string, to: string, ending: string): void {
  if (!existsSync(from)) return;
  for (const path of filesBelow(from)) {
    if (!path.endsWith(ending)) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true, mode: 0o700 });
    try {
      copyFileSync(join(from, path), join(to, path));
    } catch (error) {
      // The history's limit let go of it.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/** Returns the generations that the copy serves. */
function copyStores(statePath: string, folder: string, signal: AbortSignal): Record<string, number> {
  const state = join(statePath, "state.db");
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal);
    const copy = join(folder, "state.db");
    rmSync(copy, { force: true });
    const served = copyDatabase(state, copy) ? generations(copy, "SELECT source, generation FROM revision") : [];
    for (const store of stores) {
      throwIfAborted(signal);
      rmSync(join(folder, store), { force: true });
      if (!existsSync(join(statePath, store))) continue;
      mkdirSync(dirname(join(folder, store)), { recursive: true, mode: 0o700 });
      copyDatabase(join(statePath, store), join(folder, store));
    }
    if (stillNamed(state, served)) return Object.fromEntries(served);
    if (attempt === attempts)
      throw new Fault(
        "unavailable",
        "the generations that were copied were swept meanwhile: raise KM_GENERATION_GRACE, or run the backup between ingests",
      );
  }
}

function generations(file: string, question: string): (readonly [string, number])[] {
  return using(file, (db) =>
    db
      .sql(question)
      .all([])
      .map(([source, generation]) => [String(source), Number(generation)] as const),
  );
}

/** Rows go only after job state has forgotten the last generation that sees them: what it names now was there before. */
function stillNamed(state: string, served: readonly (readonly [string, number])[]): boolean {
  if (served.length === 0) return true;
  const named = generations(
    state,
    "SELECT source, generation FROM revision UNION ALL SELECT source, generation FROM superseded",
  );
  const known = new Set(named.map(([source, generation]) => `${generation} ${source}`));
  return served.every(([source, generation]) => known.has(`${generation} ${source}`));
}

/** With a ledger on a server, head file and key are all there is here. */
async function copyAudit(from: string, to: string): Promise<LedgerEnd> {
  if (!existsSync(from)) return { sequence: 0, hash: "" };
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const end = await copyLedger(from, to);
  if (existsSync(join(from, "key"))) copyFileSync(join(from, "key"), join(to, "key"));
  return end;
}

function refused(message: string): Fault {
  return new Fault("precondition", message, { reason: "BACKUP_REFUSED" });
}
