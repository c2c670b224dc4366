import process from "node:process";
import { type Command, Option } from "commander";
import { readConfig } from "../config/mod.ts";
import { isLive, type Scope, type StoredToken } from "../domain/mod.ts";
import { several } from "./arguments.ts";
import { CommandError, type ExitCode, exitCode } from "./exit-code.ts";
import { ago, type Output, standardOutput, table } from "./output.ts";
import { printable } from "./printable.ts";
import { readServing } from "./serving.ts";
import { type MadeToken, openTokenDesk, type TokenDesk } from "./token-desk.ts";
import { lifetime, span } from "./token-lifetime.ts";

interface IssueFlags {
  readonly scope: Scope;
  readonly source: readonly string[];
  readonly class: string;
  readonly expires?: number | undefined;
}

interface RotateFlags {
  readonly grace: number;
  readonly expires?: number | undefined;
}

interface At {
  readonly desk: TokenDesk;
  readonly output: Output;
  readonly config: ReturnType<typeof readConfig>;
}

/** Longer names make lists and ledger entries unreadable. */
const longestName = 64;

export function addTokenCommands(parent: Command): void {
  const token = parent
    .command("token")
    .description("who may call: tokens of the state database, beside a gateway or not");
  token
    .command("issue")
    .description("make a token; its text is shown this once, and kept nowhere")
    .argument("<name>", "what it is for, in lists and in the ledger")
    .addOption(new Option("--scope <scope>", "what it allows").choices(["reader", "maintainer"]).default("reader"))
    .option("--source <name>", "a source it may see (repeatable; default: all of them)", several, [])
    .option("--class <name>", "its quota class", "default")
    .option("--expires <time>", "how long it opens: 30m, 12h, 90d or never", lifetime)
    .action(withDesk<[string, IssueFlags]>(issue));
  token.command("list").description("every token there is or was; never its text").action(withDesk<[]>(list));
  token
    .command("rotate")
    .description("give a token a new text, under the same id; the former text opens for a while, or no more")
    .argument("<token>", "its id, or its name")
    .option("--grace <time>", "how long the former text still opens: 0m, 30m, 12h", span, 0)
    .option("--expires <time>", "a new time to live: 30m, 12h, 90d (default: it ends when it would have)", lifetime)
    .action(withDesk<[string, RotateFlags]>(rotate));
  token
    .command("revoke")
    .description("close a token for ever; a running gateway knows it within half a second")
    .argument("<token>", "its id, or its name")
    .action(withDesk<[string]>(revoke));
}

/** Makes a commander action of a function that wants the token store. */
function withDesk<A extends unknown[]>(work: (at: At, ...args: A) => Promise<ExitCode>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const { json = false, address } = command.optsWithGlobals<{ json?: boolean; address?: string }>();
    if (address !== undefined)
      throw new CommandError(
        exitCode.usage,
        "tokens are kept in the state directory; set KM_STATE_PATH, not --address",
      );
    const config = readConfig();
    const desk = await openTokenDesk(config, AbortSignal.timeout(30_000));
    try {
      process.exitCode = await work({ desk, output: standardOutput(json), config }, ...(given.slice(0, -1) as A));
    } finally {
      await desk.close();
    }
  };
}

async function issue({ desk, output, config }: At, name: string, flags: IssueFlags): Promise<ExitCode> {
  if (name.trim() === "" || name.length > longestName || printable(name) !== name)
    throw new CommandError(
      exitCode.usage,
      `a token's name has 1 to ${longestName} characters, and no control characters`,
    );
  const classes = ["default", "unlimited", ...config.quota.classes.map((one) => one.name)];
  if (!classes.includes(flags.class))
    throw new CommandError(exitCode.usage, `there is no quota class '${flags.class}'; there are ${classes.join(", ")}`);
  const sources = [...new Set(flags.source)];
  for (const source of sources) {
    if (!/^[a-z0-9._-]+$/.test(source)) throw new CommandError(exitCode.usage, `'${source}' is no source's name`);
    if (!config.sources.sources.some((known) => known.name === source))
      output.err(`note: no source '${source}' is configured here; the token sees it once there is one`);
  }
  const limits = { sources: sources.length > 0 ? sources : undefined, quotaClass: flags.class };
  const made = await desk.issue({ name, scope: flags.scope, ...limits, lifetimeMs: flags.expires });
  show(output, made, "issued");
  if (readServing(config.state.path) !== undefined)
    output.err("the running gateway takes it from now on, and wants a token of every caller");
  return exitCode.ok;
}

async function rotate({ desk, output }: At, which: string, { grace, expires }: RotateFlags): Promise<ExitCode> {
  show(output, await desk.rotate(which, grace, expires), "rotated");
  return exitCode.ok;
}

async function revoke({ desk, output }: At, which: string): Promise<ExitCode> {
  const token = await desk.revoke(which);
  if (output.json) output.out(JSON.stringify(shown(token)));
  else output.err(`revoked: ${token.id} (${printable(token.name)})`);
  return exitCode.ok;
}

async function list({ desk, output }: At): Promise<ExitCode> {
  const tokens = await desk.list();
  if (output.json) for (const token of tokens) output.out(JSON.stringify(shown(token)));
  else if (tokens.length === 0) output.err("no tokens; `gateway token issue <name>` makes one");
  else output.out(table([header, ...tokens.map(row)]));
  return exitCode.ok;
}

/** The text alone goes to the standard output: a script reads it, a person sees the rest beside it. */
function show(output: Output, { token, text }: MadeToken, what: string): void {
  if (output.json) {
    output.out(JSON.stringify({ ...shown(token), token: text }));
    return;
  }
  output.err(
    `${what}: ${token.id} (${printable(token.name)}), ${token.scope}, sees ${token.sources?.join(", ") ?? "all"}`,
  );
  output.err("its text, shown this once; callers send it as 'authorization: Bearer <text>', commands as KM_TOKEN:");
  output.out(text);
}

const header = ["ID", "NAME", "SCOPE", "SOURCES", "CLASS", "CREATED", "EXPIRES", "LAST USED", "STATE"];

function row(token: StoredToken): string[] {
  const now = new Date();
  const { id, name, scope, sources, quotaClass, createdAt, expiresAt, lastUsedAt } = token;
  const day = (at: number) => (at === 0 ? "never" : new Date(at).toISOString().slice(0, 10));
  const used = lastUsedAt === 0 ? "never" : ago(new Date(lastUsedAt), now);
  const seen = sources?.join(",") ?? "all";
  return [id, printable(name), scope, seen, quotaClass, day(createdAt), day(expiresAt), used, stateOf(token, now)];
}

function stateOf(token: StoredToken, now: Date): "live" | "revoked" | "expired" {
  if (token.revokedAt !== 0) return "revoked";
  return isLive(token, now.getTime()) ? "live" : "expired";
}

/** For machines: all but the digests. */
function shown(token: StoredToken): object {
  const { id, name, scope, sources, quotaClass, createdAt, expiresAt, revokedAt, lastUsedAt } = token;
  const time = (at: number) => (at === 0 ? null : new Date(at).toISOString());
  return {
    id,
    name,
    scope,
    sources: sources ?? null,
    quota_class: quotaClass,
    created: time(createdAt),
    expires: time(expiresAt),
    revoked: time(revokedAt),
    last_used: time(lastUsedAt),
    state: stateOf(token, new Date()),
  };
}
