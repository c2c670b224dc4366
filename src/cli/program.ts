import { readFileSync } from "node:fs";
import process from "node:process";
import { Command, CommanderError } from "commander";
import { projectFile } from "../runtime/mod.ts";
import { callAddress } from "./arguments.ts";
import { exitCode, explain } from "./exit-code.ts";

/** A commander program with the options that every subcommand shares. */
export function program(name: string, summary: string): Command {
  const { version } = JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as { version: string };
  return new Command(name)
    .description(summary)
    .version(version)
    .option(
      "--address <host:port>",
      "a running gateway (default: the one that serves the state directory, if any)",
      callAddress,
    )
    .option("--tls", "speak TLS to the gateway, and trust what this machine trusts")
    .option("--ca <file>", "speak TLS, and trust the authorities in this file (PEM)")
    .option("--cert <file>", "show this certificate to the gateway (PEM, with --key)")
    .option("--key <file>", "its private key")
    .option("--json", "machine-readable results, one JSON value a line")
    .showHelpAfterError("(--help shows how)")
    .exitOverride();
}

/** Parses the command line and runs it; every failure ends as one message and an exit code that means something. */
export async function runProgram(command: Command): Promise<void> {
  inherit(command);
  try {
    await command.parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage; // commander has printed it
      return;
    }
    const { code, message } = explain(error);
    process.stderr.write(`${command.name()}: ${message}\n`);
    process.exitCode = code;
  }
}

/** `exitOverride` is not passed down to subcommands by itself. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride().showHelpAfterError("(--help shows how)");
    inherit(child);
  }
}
