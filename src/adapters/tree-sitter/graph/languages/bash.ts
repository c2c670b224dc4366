import { type Candidate, type GraphLanguage, type ImportedNames, words } from "../graph-language.ts";

const query = `
(command name: (command_name (word) @call))
(command name: (command_name (word) @load (#any-of? @load "source" ".")))
`;

/** The shell's own and the usual tools: commands that no script of a repository defines. */
const builtins = words(`
. : [ alias apt-get awk basename bash break builtin cargo case cat cd chmod chown command continue cp curl cut date
declare df diff dirname docker du echo env eval exec exit export expr false find for getopts git go grep gzip hash head
hostname id if jobs jq kill let ln local ls make mapfile md5sum mkdir mktemp mv node npm npx openssl pip pkill popd
printf ps pushd pwd python python3 read readlink readonly realpath return rm rmdir rsync sed seq set sh sha256sum shift
shopt sleep sort source ssh stat sudo tail tar tee test time timeout touch tr trap true type ulimit umask uname unalias
uniq unset unzip wait wc wget which while whoami xargs zip`);

function imports(): ImportedNames[] {
  return [];
}

/** A folder that a variable or a command names is taken for the script's own: `. "$here/lib.sh"` is "./lib.sh". */
function loaded(text: string, at: number): ImportedNames | undefined {
  const line = text.slice(at, at + 300).split("\n", 1)[0] ?? "";
  const word = /^(?:source|\.)[ \t]+("(?:[^"$]|\$\([^)]*\)|\$\{?[^"]*?)*"|'[^']*'|[^\s;&|]+)/.exec(line)?.[1];
  const path = word?.replace(/^["']|["']$/g, "").replace(/^.*(?:\$\(.*\)|\$\{[^}]*\}|\$\w+)\//, "./");
  if (path === undefined || path === "" || /[$`"*]/.test(path)) return undefined;
  return { specifier: path, names: [{ imported: "*", local: "*" }], reexport: true };
}

function exported({ reachable }: Candidate): boolean {
  return reachable;
}

/** shunit2's and bash_unit's names. */
function isTest({ name, kind }: Candidate, path: string): boolean {
  return kind === "function" && /^test_?[A-Za-z0-9]/.test(name) && /test|spec/i.test(path);
}

export const bash: GraphLanguage = { query, builtins, spelling: "shell", imports, loaded, exported, isTest };
