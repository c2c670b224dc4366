import { Buffer } from "node:buffer";
import { homedir } from "node:os";
import { aborted, Fault, throwIfAborted } from "../../domain/mod.ts";
import { type Child, start } from "./launcher/mod.ts";

/** How Git is started. */
export interface GitProgram {
  /** Folders to find `git` in, as PATH has them. */
  readonly searchPath: string;
  /** Config keys set for each call, `key=value`. */
  readonly settings: readonly string[];
}

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Git is not installed where it was looked for. */
export class GitAbsent extends Error {
  override readonly name = "GitAbsent";
}

/** Only history is streamed without a limit; anything else that takes this long hangs on something, ms. */
const answerLimitMs = 120_000;

/**
 * What a repository's own configuration could make Git run or open is switched off on each call: hooks, file
 * system monitor, pagers, signature checks. Files named by configuration become /dev/null, since a pipe put there
 * would block for ever. Filters have names that only the repository knows: see `filterSettings`.
 */
const harmless = [
  "--no-pager",
  "--no-optional-locks",
  "--no-replace-objects",
  "--literal-pathspecs",
  ...[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.askPass=",
    "credential.helper=",
    "protocol.allow=never",
    "log.showSignature=false",
    "log.mailmap=false",
    "log.follow=false",
    "log.showRoot=true",
    "diff.relative=false",
    "submodule.recurse=false",
    "color.ui=false",
  ].flatMap((setting) => ["-c", setting]),
];

/** Built from nothing, so that GIT_DIR and its kin, inherited from a hook that started us, don't reach Git. */
function environment(program: GitProgram, operatorsHome: boolean): Record<string, string> {
  const base = {
    PATH: program.searchPath,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    // Unlike protocol.allow, which protocol.<name>.allow in the repository overrides.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_ATTR_NOSYSTEM: "1",
  };
  return operatorsHome
    ? { ...base, HOME: homedir() }
    : {
        ...base,
        HOME: "/nonexistent",
        XDG_CONFIG_HOME: "/nonexistent",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
      };
}

export interface GitCall {
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Receives the output instead of it being gathered; answer false to have enough: Git is then stopped. */
  readonly onOutput?: (bytes: Buffer) => boolean;
  /** Lets Git see the operator's own configuration (never with `cwd` in a repository). */
  readonly operatorsHome?: boolean;
}

/**
 * Runs Git once, made harmless, and gives what it wrote. A code other than 0 is not an error here.
 * @throws GitAbsent; Fault `cancelled`, `deadline`, or `unavailable` when it does not answer.
 */
export function runGit(program: GitProgram, args: readonly string[], call: GitCall): Promise<GitOutput> {
  const { signal } = call;
  throwIfAborted(signal);
  const settings = program.settings.flatMap((setting) => ["-c", setting]);
  const child = start({
    command: "git",
    args: [...harmless, ...settings, ...args],
    cwd: call.cwd,
    env: environment(program, call.operatorsHome === true),
  });
  return settle(child, args[0] ?? "", call);
}

function settle(child: Child, verb: string, call: GitCall): Promise<GitOutput> {
  const { signal, onOutput } = call;
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    let stderr = "";
    let enough = false;
    let late = false;
    const kill = () => child.kill();
    const timer = onOutput
      ? undefined
      : setTimeout(() => {
          late = true;
          kill();
        }, answerLimitMs);
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", kill);
    };
    signal.addEventListener("abort", kill);
    child.stdout.on("data", (bytes: Buffer) => {
      if (onOutput === undefined) out.push(bytes);
      else if (!enough && !onOutput(bytes)) {
        enough = true;
        kill();
      }
    });
    child.stderr.on("data", (bytes: Buffer) => {
      if (stderr.length < 8_192) stderr += bytes.toString();
    });
    child.on("error", (cause: NodeJS.ErrnoException) => {
      done();
      if (cause.code === "ENOENT") reject(new GitAbsent("git was not found", { cause }));
      else reject(new Fault("unavailable", "Git could not be started", { cause, reason: "GIT_FAILED" }));
    });
    child.on("close", (code) => {
      done();
      if (signal.aborted) reject(aborted(signal));
      else if (late) {
        const message = `git ${verb} did not answer in ${answerLimitMs / 1000} s; check the repository by running it by hand`;
        reject(new Fault("unavailable", message, { reason: "GIT_FAILED" }));
      } else resolve({ code: enough ? 0 : (code ?? 1), stdout: Buffer.concat(out), stderr });
    });
  });
}
