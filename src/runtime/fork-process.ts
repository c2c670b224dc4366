import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Starts a module beside the caller as a process of its own, to talk to by messages; Buffers arrive as they are. It does
 * not keep this process alive. Extension and flags follow the caller, as with `spawnWorker`.
 */
export function forkProcess(callerUrl: string, name: string): ChildProcess {
  const extension = callerUrl.slice(callerUrl.lastIndexOf("."));
  const child = fork(fileURLToPath(new URL(`${name}${extension}`, callerUrl)), [], {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.unref();
  child.channel?.unref();
  return child;
}
