import process from "node:process";
import type { Command } from "commander";
import { environment } from "../config/mod.ts";
import type { TlsFlags } from "./client-tls.ts";
import type { Clients } from "./clients.ts";
import { connect } from "./connect.ts";
import type { ExitCode } from "./exit-code.ts";
import { type Output, standardOutput } from "./output.ts";

/** What a subcommand that talks to a gateway works with. */
export interface Act {
  readonly clients: Clients;
  readonly output: Output;
  /** Aborts on the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Whether the gateway is the command's own and ends with it: then nothing may be left running. */
  readonly own: boolean;
}

interface GlobalFlags extends TlsFlags {
  readonly address?: string;
  readonly json?: boolean;
}

/** Makes a commander action of a function that wants a gateway; the connection is closed whatever happens. */
export function withGateway<A extends unknown[]>(work: (act: Act, ...args: A) => Promise<ExitCode>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const flags = command.optsWithGlobals<GlobalFlags>();
    const interrupted = new AbortController();
    const interrupt = () => interrupted.abort(new Error("interrupted"));
    process.once("SIGINT", interrupt);
    const clients = await connect({ address: flags.address, env: environment(), tls: flags });
    try {
      const act = {
        clients,
        output: standardOutput(flags.json ?? false),
        signal: interrupted.signal,
        own: clients.own,
      };
      process.exitCode = await work(act, ...(given.slice(0, -1) as A));
    } finally {
      process.off("SIGINT", interrupt);
      await clients.closed();
    }
  };
}
