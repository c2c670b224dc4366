import { spawn } from "node:child_process";
import process from "node:process";
import { currentRuntime } from "../../../runtime/mod.ts";
import type { Child, Command } from "./child.ts";
import { Launcher } from "./launcher.ts";

/**
 * Resident bytes past which another process does the starting. On Linux, Node forks, and a fork copies the page tables
 * with the thread that serves calls standing still: measured 8 ms for a process of 50 MB, 40 at 400 MB, 75 to 85 at
 * 800 MB, and 2 from a small process for all of `git --version` (docs/benchmarks.md).
 */
const smallBytes = 150 * 1024 * 1024;

const launcher = new Launcher();
/** Elsewhere, and on Deno, starting a program does not copy this one. */
const forks = process.platform === "linux" && currentRuntime().name === "node";

/** Starts a program. Nothing is inherited but what the command says. */
export function start(command: Command): Child {
  if (forks && process.memoryUsage.rss() > smallBytes) return launcher.start(command);
  const { args, cwd, env } = command;
  const child = spawn(command.command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    on: (event: "error" | "close", heard: (value: never) => void) => child.on(event, heard as () => void),
    kill: () => void child.kill("SIGKILL"),
  };
}
