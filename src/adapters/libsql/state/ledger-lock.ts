import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { Fault } from "../../../domain/mod.ts";

/** Far longer than an append under it takes, lock waits of the database included, ms. */
const staleAfter = 15_000;
/** A holder writes its name at once, unless it was killed just then or the disk is full, ms. */
const emptyStaleAfter = 1_000;
/** Between two looks at a lock that another process holds, ms. */
const pause = 2;
/** How long an append waits for those of others, ms. */
const patience = 5_000;

/**
 * Runs `work` while no other process appends to the same ledger (a command beside a running gateway): head file and
 * database must change together. A lock whose process is gone is broken.
 * @param origin tells this process from an earlier one with the same number, as the first one in a container has
 */
export async function withAppendLock<T>(file: string, origin: number, work: () => Promise<T>): Promise<T> {
  const giveUp = Date.now() + patience;
  while (!taken(file, origin)) {
    if (isStale(file, origin)) rmSync(file, { force: true });
    else if (Date.now() > giveUp)
      throw new Fault("unavailable", "the audit ledger is locked by another process; try again", {
        reason: "STORE_BUSY",
        retryAfterMs: 1_000,
      });
    else await delay(pause);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function taken(file: string, origin: number): boolean {
  let fd: number;
  try {
    fd = openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(fd, JSON.stringify({ pid: process.pid, origin }));
  } catch {
    // On a full disk it is a lock all the same: its age tells whether it was left.
  } finally {
    closeSync(fd);
  }
  return true;
}

function isStale(file: string, origin: number): boolean {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const text = readFileSync(file, "utf8");
    if (age > (text === "" ? emptyStaleAfter : staleAfter)) return true;
    const holder = JSON.parse(text) as { pid: number; origin: number };
    if (holder.pid === process.pid) return holder.origin !== origin;
    return !isRunning(holder.pid);
  } catch {
    return false; // just released, or not written yet
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
