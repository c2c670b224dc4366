import process from "node:process";
import type { Command } from "commander";
import { CommandError, exitCode } from "./exit-code.ts";

interface GlobalFlags {
  readonly address?: string;
  readonly json?: boolean;
}

/** Makes a commander action of work on the state directory itself, which no RPC does. Ctrl-C breaks it off. */
export function inPlace<A extends unknown[]>(
  work: (json: boolean, signal: AbortSignal, ...args: A) => Promise<void>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const { address, json = false } = command.optsWithGlobals<GlobalFlags>();
    if (address !== undefined) {
      const message = `${command.name()} works on the state directory; set KM_STATE_PATH, not --address`;
      throw new CommandError(exitCode.usage, message);
    }
    const interrupted = new AbortController();
    const interrupt = () => interrupted.abort(new CommandError(exitCode.failed, "interrupted"));
    process.once("SIGINT", interrupt);
    try {
      await work(json, interrupted.signal, ...(given.slice(0, -2) as A));
    } finally {
      process.off("SIGINT", interrupt);
    }
  };
}
