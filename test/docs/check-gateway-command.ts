import { type Command, CommanderError } from "commander";
import { gatewayProgram } from "../../src/cli/gateway-program.ts";

export type Checked = "whole" | "mention" | { readonly fault: string };

/** What is left out in a mention, such as `gateway audit show` in a sentence. */
const leftOut = new Set([
  "commander.missingArgument",
  "commander.optionMissingArgument",
  "commander.missingMandatoryOptionValue",
  "commander.help",
]);

/** Takes the actions away: parsing then shows whether the words are the program's, and does nothing. */
function defuse(command: Command): Command {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  for (const child of command.commands) defuse(child);
  return command;
}

/** Words of a command line; quotes hold together what they hold. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}

/** Whether `gateway` knows the subcommand and flags of these words, up to ">" or "|". */
export function checkGatewayCommand(given: readonly string[]): Checked {
  const end = given.findIndex((word) => word === ">" || word === "|");
  const args = end < 0 ? given : given.slice(0, end);
  try {
    defuse(gatewayProgram()).parse([...args], { from: "user" });
    return "whole";
  } catch (error) {
    if (error instanceof CommanderError && leftOut.has(error.code)) return "mention";
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Long and short flags that any command of `gateway` takes. */
export function gatewayFlags(): ReadonlySet<string> {
  const flags = new Set<string>(["--help", "-h"]);
  const visit = (command: Command): void => {
    for (const { long, short } of command.options) for (const flag of [long, short]) if (flag) flags.add(flag);
    for (const child of command.commands) visit(child);
  };
  visit(gatewayProgram());
  return flags;
}

/** Names of the commands that have commands of their own: `token` in `token issue`. */
export function gatewayGroups(): ReadonlySet<string> {
  return new Set(
    gatewayProgram()
      .commands.filter((command) => command.commands.length > 0)
      .map((command) => command.name()),
  );
}
