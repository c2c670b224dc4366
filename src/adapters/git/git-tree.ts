import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault } from "../../domain/mod.ts";
import { type GitOutput, type GitProgram, runGit } from "./git-process.ts";

/** A Git work tree that a source lies in. */
export interface GitTree {
  /** Git with this repository's filters and the operator's trust set. */
  readonly program: GitProgram;
  /** From the repository's top to the source: "" or ending in "/". */
  readonly prefix: string;
  readonly shallow: boolean;
}

/**
 * Looks at what Git makes of a folder: a work tree, or why it is none. Two processes.
 * @throws Fault `precondition` when it is a repository that can't be read, with the remedy; GitAbsent.
 */
export async function findGitTree(
  searchPath: string,
  root: string,
  signal: AbortSignal,
): Promise<GitTree | "not a repository"> {
  const plain: GitProgram = { searchPath, settings: [] };
  // Asked at the same time, though it matters only for a repository that can be read.
  const filters = filterSettings(plain, root, signal);
  filters.catch(() => {});
  const first = await probe(plain, root, signal);
  if (!/dubious ownership|safe\.directory/.test(first.stderr)) return await treeOf(plain, root, first, () => filters);
  const trusting: GitProgram = { searchPath, settings: await trustedFolders(plain, signal) };
  const second = await probe(trusting, root, signal);
  return await treeOf(trusting, root, second, () => filterSettings(trusting, root, signal));
}

function probe(program: GitProgram, root: string, signal: AbortSignal): Promise<GitOutput> {
  const asked = ["--is-bare-repository", "--is-inside-work-tree", "--is-shallow-repository"];
  return runGit(program, ["rev-parse", ...asked, "--show-cdup", "--show-prefix"], { cwd: root, signal });
}

async function treeOf(
  program: GitProgram,
  root: string,
  { code, stdout, stderr }: GitOutput,
  filters: () => Promise<string[]>,
): Promise<GitTree | "not a repository"> {
  if (/dubious ownership|safe\.directory/.test(stderr)) {
    throw new Fault(
      "precondition",
      "Git refuses the repository for its dubious ownership: run the gateway as the folder's owner, or trust it with " +
        "`git config --global --add safe.directory <path of the repository>` as the gateway's user",
      { reason: "GIT_DUBIOUS_OWNERSHIP", cause: new Error(stderr) },
    );
  }
  const [bare, inside, shallow, up = "", ...rest] = stdout.toString().split("\n");
  if (bare === "true") throw notAWorkTree("it is a bare repository");
  if (code !== 0 && /not a git repository/i.test(stderr)) return "not a repository";
  if (code === 0 && inside !== "true") throw notAWorkTree("it lies outside the repository's work tree");
  if (code !== 0) throw gitFailed("rev-parse", stderr);
  // `core.worktree` may name any folder; only one that the source really lies in is believed.
  const top = await realpath(resolve(root, up));
  if (root !== top && !root.startsWith(top === "/" ? top : `${top}/`)) {
    throw notAWorkTree("its configuration names a work tree elsewhere");
  }
  const prefix = rest.join("\n").replace(/\n$/, "");
  return {
    program: { ...program, settings: [...program.settings, ...(await filters())] },
    prefix,
    shallow: shallow === "true",
  };
}

function notAWorkTree(why: string): Fault {
  return new Fault("precondition", `the source is no Git work tree: ${why}; point the source at a checkout`, {
    reason: "GIT_NO_WORK_TREE",
  });
}

export function gitFailed(verb: string, stderr: string): Fault {
  return new Fault(
    "precondition",
    `git ${verb} failed on the source's repository; run \`git status\` and \`git fsck\` there to see why`,
    { reason: "GIT_FAILED", cause: new Error(stderr.trim()) },
  );
}

/**
 * `git status` runs a path's clean filter where the time stamp alone can't tell whether it changed, and only the
 * repository knows its filters' names. Each is emptied, for which Git runs nothing.
 */
async function filterSettings(program: GitProgram, root: string, signal: AbortSignal): Promise<string[]> {
  const asked = ["config", "-z", "--includes", "--name-only", "--get-regexp", "^filter\\."];
  const { code, stdout, stderr } = await runGit(program, asked, { cwd: root, signal });
  if (code === 1) return [];
  if (code !== 0) throw gitFailed("config", stderr);
  const names = new Set<string>();
  for (const key of stdout.toString().split("\0")) {
    const name = key.slice("filter.".length, key.lastIndexOf("."));
    if (key !== "" && name !== "") names.add(name);
  }
  // A name with "=" can't be set by -c, so its command could not be taken away.
  if (names.size > 200 || [...names].some((name) => /[=\uFFFD]/.test(name))) {
    throw new Fault(
      "precondition",
      "the repository's configuration has filters that can't be switched off: remove them",
      {
        reason: "GIT_UNSAFE_CONFIG",
      },
    );
  }
  return [...names].flatMap((name) => [
    `filter.${name}.clean=`,
    `filter.${name}.smudge=`,
    `filter.${name}.process=`,
    `filter.${name}.required=false`,
  ]);
}

/** The operator's own `safe.directory` settings, read outside any repository. */
async function trustedFolders(program: GitProgram, signal: AbortSignal): Promise<string[]> {
  const asked = ["config", "-z", "--get-all", "safe.directory"];
  const { stdout } = await runGit(program, asked, { cwd: "/", signal, operatorsHome: true });
  const values = stdout.toString().split("\0").slice(0, -1);
  return values.map((value) => `safe.directory=${value}`);
}
