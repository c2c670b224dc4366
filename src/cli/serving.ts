import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** Where a running gateway says how to reach it, for commands on the same state directory. */
export interface Serving {
  readonly pid: number;
  readonly address: string;
  readonly metricsAddress: string;
}

const file = (statePath: string) => join(statePath, "serving.json");

/** The file appears whole or not at all: a command may be reading it right now. */
export function writeServing(statePath: string, serving: Serving): void {
  const draft = `${file(statePath)}.draft`;
  writeFileSync(draft, `${JSON.stringify(serving)}\n`, { mode: 0o600 });
  renameSync(draft, file(statePath));
}

export function removeServing(statePath: string): void {
  rmSync(file(statePath), { force: true });
}

/** The gateway that serves this state directory now; undefined when none does, or its process is gone. */
export function readServing(statePath: string): Serving | undefined {
  let serving: Serving;
  try {
    serving = JSON.parse(readFileSync(file(statePath), "utf8")) as Serving;
  } catch {
    return undefined; // never served, cut short by a full disk, or not ours to read: then opening it will say so
  }
  return isAlive(serving.pid) ? serving : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
