import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../../domain/mod.ts";
import type { LedgerEnd } from "./ledger-snapshot.ts";

/** Raised when an older gateway could not put the backup back. */
export const format = 1;
export const manifestName = "backup.json";

export interface BackedUpFile {
  /** Relative to the backup, forward slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** What a backup holds. Written last: a folder without it is no backup. */
export interface Manifest {
  readonly format: number;
  /** Of the gateway that made it. */
  readonly version: string;
  /** ISO time. */
  readonly createdAt: string;
  /** Generation served, by source. */
  readonly served: Readonly<Record<string, number>>;
  readonly ledger: LedgerEnd;
  /** Parts that are kept elsewhere, in words. */
  readonly notIncluded: readonly string[];
  readonly files: readonly BackedUpFile[];
}

/** @throws Fault `precondition` when the folder is no backup, or one of a newer gateway. */
export function readManifest(folder: string): Manifest {
  const file = join(folder, manifestName);
  if (!existsSync(file))
    throw refused(`${folder} is no backup, or one that was not finished: it has no ${manifestName}`);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch (cause) {
    throw refused(`${file} can't be read`, cause);
  }
  if (manifest.format > format)
    throw refused(`the backup was made by a newer gateway (${manifest.version}); use that one`);
  return manifest;
}

export async function described(folder: string, path: string): Promise<BackedUpFile> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(join(folder, path))) hash.update(bytes as Uint8Array);
  return { path, bytes: (await stat(join(folder, path))).size, sha256: hash.digest("hex") };
}

/** @throws Fault `precondition` naming the first file that is not what was backed up. */
export async function checkFiles(folder: string, { files }: Manifest): Promise<void> {
  for (const { path, sha256 } of files) {
    if (path.split("/").includes("..") || path.startsWith("/"))
      throw refused(`the backup names ${path}, outside itself`);
    const now = await described(folder, path).catch((cause: unknown) => {
      throw refused(`${path} of the backup can't be read`, cause);
    });
    if (now.sha256 !== sha256) throw refused(`${path} of the backup is not what was backed up`);
  }
}

function refused(message: string, cause?: unknown): Fault {
  return new Fault("precondition", message, { cause, reason: "BACKUP_UNUSABLE" });
}
