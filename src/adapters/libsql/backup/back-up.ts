import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Fault, throwIfAborted } from "../../../domain/mod.ts";
import { filesBelow, flush, outOfRoom } from "./folder-files.ts";
import { holdStores } from "./hold-stores.ts";
import { type LedgerEnd, openLedgerSnapshot } from "./ledger-snapshot.ts";
import { type BackedUpFile, described, format, type Manifest, manifestName } from "./manifest.ts";
import { writeWhole } from "./write-whole.ts";

export interface BackupOptions {
  readonly statePath: string;
  /** Where to: made, or empty. */
  readonly folder: string;
  readonly version: string;
  readonly now: Date;
  /** Parts that are kept elsewhere, in words. */
  readonly notIncluded: readonly string[];
}

/** Smallest first: while a store is held as it was, its log only grows. */
const copied = ["state.db", "audit/ledger.db", "graph/graph.db", "index/index.db"];

/**
 * Copies a state directory while a gateway serves it, in an order that makes the copies fit each other:
 *
 * 1. Coverage reports, files that never change, and feedback, to which lines are added.
 * 2. Job state is held as it is, which names the generation that is served of each source; then graph and index. They
 *    hold at least these generations, since nothing is swept that job state still names; rows of later ones are what a
 *    killed run would have left, and the next run takes them back.
 * 3. The ledger is held: what happened to anything held before is in it.
 * 4. What is held is copied, all of it as of within milliseconds.
 * 5. The manifest, with a checksum of each file.
 *
 * @throws Fault `precondition` (the folder is not empty, nothing to back up, damage), `exhausted`, `unavailable`, `cancelled`.
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
  const files = await flushed(folder, signal);
  const { served, held } = holdStores(statePath);
  let ledger: LedgerEnd;
  try {
    const { entries, head, end } = await openLedgerSnapshot(join(statePath, "audit"));
    if (entries !== undefined) held.set("audit/ledger.db", entries);
    ledger = end;
    // What can't be built anew from the sources.
    for (const path of ["state.db", "audit/ledger.db"]) held.get(path)?.check();
    for (const path of copied) {
      const snapshot = held.get(path);
      if (snapshot === undefined) continue;
      const to = placeFor(folder, path);
      files.push({ path, ...(await snapshot.copyTo(to, signal)) });
      snapshot.close();
      held.delete(path);
    }
    files.push(...(await copyBeside(statePath, folder, head, signal)));
  } finally {
    for (const snapshot of held.values()) snapshot.close();
  }
  for (const below of ["audit", "graph", "index"]) if (existsSync(join(folder, below))) flush(join(folder, below));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
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

/** The ledger's head file and key. With a ledger on a server they are all there is here. */
async function copyBeside(
  statePath: string,
  folder: string,
  head: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<BackedUpFile[]> {
  const key = join(statePath, "audit", "key");
  const files: BackedUpFile[] = [];
  for (const [path, bytes] of [
    ["audit/head", head],
    ["audit/key", existsSync(key) ? readFileSync(key) : undefined],
  ] as const) {
    if (bytes !== undefined) files.push({ path, ...(await writeWhole(placeFor(folder, path), [bytes], signal)) });
  }
  return files;
}

/** Of what was copied as files. */
async function flushed(folder: string, signal: AbortSignal): Promise<BackedUpFile[]> {
  const files: BackedUpFile[] = [];
  for (const path of filesBelow(folder)) {
    throwIfAborted(signal);
    chmodSync(join(folder, path), 0o600);
    flush(join(folder, path));
    files.push(await described(folder, path));
  }
  return files;
}

function placeFor(folder: string, path: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return file;
}

function refused(message: string): Fault {
  return new Fault("precondition", message, { reason: "BACKUP_REFUSED" });
}
