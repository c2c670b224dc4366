import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** Where a running gateway says how to reach it, for commands on the same state directory. */
export interface Serving {
  readonly pid: number;
  readonly address: string;
  readonly metricsAddress: string;
}

const file = (statePath: string) => join(statePath, "serving.json");

export function writeServing(statePath: string, serving: Serving): void {
  writeFileSync(file(statePath), `${JSON.stringify(serving)}\n`, { mode: 0o600 });
}

export function removeServing(statePath: string): void {
  rmSync(file(statePath), { force: true });
}

/** The gateway that serves this state directory now; undefined when none does, or its process is gone. */
export function readServing(statePath: string): Serving | undefined {
  let text: string;
  try {
    text = readFileSync(file(statePath), "utf8");
  } catch {
    return undefined; // never served, or not ours to read: then opening it will say so
  }
  const serving = JSON.parse(text) as Serving;
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
