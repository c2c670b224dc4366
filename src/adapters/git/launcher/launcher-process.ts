import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { Readable } from "node:stream";
import type { News, Order } from "./messages.ts";

/** Runs as a process of its own: starts what it is told to, and passes on what that writes. */
const running = new Map<number, ChildProcess>();

function tell(news: News, then: () => void = () => {}): void {
  if (process.connected) process.send?.(news, undefined, undefined, then);
}

/** As fast as it is taken in, so that a long history does not pile up here. */
function passOn(kind: "stdout" | "stderr", id: number, output: Readable): void {
  output.on("data", (bytes) => {
    output.pause();
    tell({ kind, id, bytes }, () => output.resume());
  });
}

process.on("message", (order: Order) => {
  const { id } = order;
  if (order.kind === "kill") {
    running.get(id)?.kill("SIGKILL");
    return;
  }
  const { command, args, cwd, env } = order.command;
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  running.set(id, child);
  passOn("stdout", id, child.stdout);
  passOn("stderr", id, child.stderr);
  child.on("error", (cause: NodeJS.ErrnoException) => {
    running.delete(id);
    tell({ kind: "error", id, message: cause.message, code: cause.code ?? "" });
  });
  child.on("close", (code) => {
    running.delete(id);
    tell({ kind: "close", id, code });
  });
});

// The gateway ended, however it did: nobody is left to hear.
process.on("disconnect", () => {
  for (const child of running.values()) child.kill("SIGKILL");
  process.exit(0);
});
// A terminal's Ctrl-C reaches all of its processes; the gateway decides when this one ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
