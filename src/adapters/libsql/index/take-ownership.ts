import { createHash } from "node:crypto";
import { link, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Fault } from "../../../domain/mod.ts";
import type { Ownership } from "../../../ports/mod.ts";
import { guarded, prepareStateFolder } from "../file/mod.ts";
import { isRunning, processMark } from "./process-mark.ts";

/** What the lock file says of its owner. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one of the same number; "" where it can't be known. */
  readonly mark: string;
  readonly started: string;
}

/** Locks this process holds, so that a second taking in one process is seen whatever the numbers say. */
const held = new Set<string>();

/**
 * Makes this process the one owner of a state directory, by a file `lock` in it. A lock whose process is gone is
 * taken over.
 * @throws Fault `conflict` naming the owner when another gateway has it.
 */
export async function takeOwnership(statePath: string): Promise<Ownership> {
  await prepareStateFolder(statePath);
  const path = join(statePath, "lock");
  const self: Owner = {
    pid: process.pid,
    host: hostname(),
    mark: await processMark(process.pid),
    started: new Date(Date.now() - process.uptime() * 1000).toISOString(),
  };
  await guarded(path, () => acquire(path, self));
  held.add(path);
  await clearDrafts(statePath);
  return {
    release: async () => {
      if (!held.delete(path)) return;
      await rm(path, { force: true });
    },
  };
}

/** Drafts of locks that processes killed in the middle left; a running one's is about to be taken away by it. */
async function clearDrafts(statePath: string): Promise<void> {
  for (const name of await readdir(statePath)) {
    const pid = /^lock\.(\d+)\./.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(statePath, name), { force: true });
  }
}

async function acquire(path: string, self: Owner): Promise<void> {
  // Written aside, then linked: the lock appears whole or not at all, and only where none is.
  const draft = `${path}.${self.pid}.${crypto.randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(self)}\n`, { flag: "wx", mode: 0o600 });
  try {
    // A few rounds: between reading a stale lock and replacing it another gateway may have done the same.
    for (let round = 0; round < 20; round++) {
      if (await linked(draft, path)) return;
      const text = await readFile(path, "utf8").catch(() => "");
      if (text === "") continue;
      const owner = parseOwner(text);
      if (owner === undefined || !(await isStale(path, owner, self))) throw refusal(path, owner);
      await removeStale(path, text, draft, self);
    }
    throw refusal(path, undefined);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes a stale lock. Only who has linked the claim on this very text may, and looks again before: so a fresh lock
 * is never taken away, however many find the stale one at once. A claim whose process died is itself a stale lock.
 */
async function removeStale(path: string, text: string, draft: string, self: Owner): Promise<void> {
  const claim = `${path}.claim.${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  if (!(await linked(draft, claim))) {
    const other = await readFile(claim, "utf8").catch(() => "");
    const claimant = parseOwner(other);
    if (claimant !== undefined && (await isStale(claim, claimant, self))) await removeStale(claim, other, draft, self);
    return;
  }
  try {
    if ((await readFile(path, "utf8").catch(() => "")) === text) await rm(path, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}

async function isStale(path: string, owner: Owner, self: Owner): Promise<boolean> {
  if (held.has(path)) return false;
  // Whether a process of another machine runs can't be seen from here.
  if (owner.host !== self.host) return false;
  if (owner.pid === self.pid) return owner.mark === "" || owner.mark !== self.mark;
  if (!isRunning(owner.pid)) return true;
  const mark = await processMark(owner.pid);
  return owner.mark !== "" && mark !== "" && owner.mark !== mark;
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    if (typeof value.pid !== "number" || typeof value.host !== "string") return undefined;
    return { pid: value.pid, host: value.host, mark: String(value.mark ?? ""), started: String(value.started ?? "") };
  } catch {
    return undefined;
  }
}

function refusal(path: string, owner: Owner | undefined): Fault {
  const who =
    owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}, started ${owner.started},`;
  return new Fault(
    "conflict",
    `${who} owns this state directory: stop it, or give this gateway another KM_STATE_PATH (if it is gone for good, remove ${path})`,
    { reason: "STATE_OWNED", metadata: owner === undefined ? {} : { pid: String(owner.pid), host: owner.host } },
  );
}
