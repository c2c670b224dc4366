import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { forkProcess } from "../../../runtime/mod.ts";
import type { Child, Command } from "./child.ts";
import type { News, Order } from "./messages.ts";

class Launched extends EventEmitter implements Child {
  readonly stdout = new EventEmitter();
  readonly stderr = new EventEmitter();
  readonly #kill: () => void;

  constructor(kill: () => void) {
    super();
    this.#kill = kill;
  }

  kill(): void {
    this.#kill();
  }
}

/** The small process that starts others for this one. It starts with the first, and anew when it was lost. */
export class Launcher {
  readonly #running = new Map<number, Launched>();
  #process: ChildProcess | undefined;
  #nextId = 1;

  start(command: Command): Child {
    const id = this.#nextId++;
    const child = new Launched(() => this.#order({ kind: "kill", id }));
    this.#running.set(id, child);
    this.#process ??= this.#open();
    // While something runs, this process waits for it.
    this.#process.channel?.ref();
    this.#order({ kind: "start", id, command });
    return child;
  }

  /** Ends the process; what it runs is lost. */
  close(): void {
    this.#process?.kill("SIGKILL");
  }

  #order(order: Order): void {
    const to = this.#process;
    to?.send(order, (cause) => {
      if (cause !== null) this.#lost(to, cause);
    });
  }

  #open(): ChildProcess {
    const opened = forkProcess(import.meta.url, "./launcher-process");
    opened.on("message", (news: News) => this.#hear(news));
    opened.on("error", (cause) => this.#lost(opened, cause));
    opened.on("disconnect", () => this.#lost(opened, new Error("the launcher of programs was lost")));
    return opened;
  }

  #hear(news: News): void {
    const child = this.#running.get(news.id);
    if ("bytes" in news) {
      child?.[news.kind].emit("data", news.bytes);
      return;
    }
    this.#running.delete(news.id);
    if (this.#running.size === 0) this.#process?.channel?.unref();
    if (news.kind === "error") child?.emit("error", Object.assign(new Error(news.message), { code: news.code }));
    else child?.emit("close", news.code);
  }

  #lost(process: ChildProcess, cause: Error): void {
    if (this.#process !== process) return;
    this.#process = undefined;
    const lost = [...this.#running.values()];
    this.#running.clear();
    for (const child of lost) child.emit("error", cause);
  }
}
