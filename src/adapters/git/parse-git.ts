import type { Buffer } from "node:buffer";

/** A path as Git keeps it: bytes. `valid` is false when they are not UTF-8 and the bad ones are written as \xNN. */
export interface GitPath {
  readonly path: string;
  readonly valid: boolean;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodePath(bytes: Uint8Array): GitPath {
  try {
    return { path: strict.decode(bytes), valid: true };
  } catch {
    let path = "";
    for (const byte of bytes) path += byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase()}`;
    return { path, valid: false };
  }
}

/** The parts of `-z` output; each part's bytes are decoded at once unless one of them is not UTF-8. */
function parts(output: Buffer): { text: readonly string[]; invalid: ReadonlySet<number> } {
  const invalid = new Set<number>();
  let whole: string | undefined;
  try {
    whole = strict.decode(output);
  } catch {
    // Decoded part by part below.
  }
  if (whole !== undefined) {
    const text = whole.split("\0");
    if (text.at(-1) === "") text.pop();
    return { text, invalid };
  }
  const text: string[] = [];
  for (let start = 0; start < output.length; ) {
    const found = output.indexOf(0, start);
    const end = found < 0 ? output.length : found;
    const { path, valid } = decodePath(output.subarray(start, end));
    if (!valid) invalid.add(text.length);
    text.push(path);
    start = end + 1;
  }
  return { text, invalid };
}

export interface IndexEntry extends GitPath {
  /** "100644", "100755", "120000" (link), "160000" (submodule). */
  readonly mode: string;
  readonly blob: string;
  /** In a conflict, which gives a path several entries: no one content is the file's. */
  readonly unmerged: boolean;
  /** Whether `git status` looks at it on disk: not so for those of a sparse checkout and those assumed unchanged. */
  readonly watched: boolean;
}

/** Reads `git ls-files -s -v -z`: `<tag> <mode> <blob> <stage>\t<path>`. */
export function parseIndex(output: Buffer): IndexEntry[] {
  const { text, invalid } = parts(output);
  const entries: IndexEntry[] = [];
  for (const [n, line] of text.entries()) {
    const tab = line.indexOf("\t");
    const blobEnd = line.indexOf(" ", 9);
    const path = line.slice(tab + 1);
    const unmerged = line.charCodeAt(blobEnd + 1) !== 48;
    if (unmerged && entries.at(-1)?.path === path) continue;
    entries.push({
      path,
      valid: !invalid.has(n),
      mode: line.slice(2, 8),
      blob: line.slice(9, blobEnd),
      unmerged,
      watched: line.startsWith("H"),
    });
  }
  return entries;
}

export interface Status {
  /** "" before the first commit. */
  readonly commit: string;
  /** Tracked paths whose work tree content is not the index's: changed, missing, in conflict. */
  readonly changed: ReadonlySet<string>;
  /** Tracked paths that no commit has yet. */
  readonly added: ReadonlySet<string>;
  readonly untracked: readonly GitPath[];
  /** All paths that differ from the commit, in the index or on disk. */
  readonly dirty: ReadonlySet<string>;
}

/**
 * Reads `git status --porcelain=v2 -z --branch --no-renames`. Paths there start at the repository's top;
 * `prefix` ("" or ending in "/") is what the source lies under.
 */
export function parseStatus(output: Buffer, prefix: string): Status {
  const { text, invalid } = parts(output);
  const changed = new Set<string>();
  const added = new Set<string>();
  const untracked: GitPath[] = [];
  let commit = "";
  const dirty = new Set<string>();
  for (const [n, line] of text.entries()) {
    const oid = /^# branch\.oid ([0-9a-f]{40,64})$/.exec(line)?.[1];
    if (oid !== undefined) commit = oid;
    const kind = line[0];
    if (kind !== "1" && kind !== "u" && kind !== "?") continue;
    const full = afterFields(line, kind === "1" ? 8 : kind === "u" ? 10 : 1);
    if (!full.startsWith(prefix)) continue;
    const path = full.slice(prefix.length);
    dirty.add(path);
    if (kind === "1" && line[2] === "A") added.add(path);
    if (kind === "?") untracked.push({ path, valid: !invalid.has(n) });
    // XY: the index against HEAD, the work tree against the index. Only the second changes what is on disk.
    else if (kind === "u" || line[3] !== ".") changed.add(path);
  }
  return { commit, changed, added, untracked, dirty };
}

function afterFields(line: string, fields: number): string {
  let at = 0;
  for (let n = 0; n < fields; n++) at = line.indexOf(" ", at) + 1;
  return line.slice(at);
}
