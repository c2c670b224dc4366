import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";

/** Boot and start time of a process, so that its number given to a later process is told apart; "" if unknown. */
export async function processMark(pid: number): Promise<string> {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // Field 22, counted after the name, which is in parentheses and may hold anything.
    const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    return start === "" ? "" : `${boot}:${start}`;
  } catch {
    return "";
  }
}

/** When it can't be known, it is taken to run: a lock is rather kept than broken. */
export function isRunning(pid: number): boolean {
  if (process.platform === "linux" && existsSync("/proc/self")) return existsSync(`/proc/${pid}`);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
