import type { Fault } from "../domain/mod.ts";

/** The state of a work tree at a moment. */
export interface Head {
  /** "" outside Git and in a repository without commits. */
  readonly commit: string;
  /** Whether tracked files differ from the commit. */
  readonly dirty: boolean;
  /** Rules of the source's root, which need not be tracked, are not known to be those of the last listing. */
  readonly rulesChanged?: true;
}

export interface ListedFile {
  /** Relative to the root, forward slashes, as the file system spells it. */
  readonly path: string;
  /** Git blob id when the work tree has that content; "" when the content must be read to know. */
  readonly contentId: string;
  readonly kind: "file" | "link" | "submodule";
  /** Bytes on disk; -1 when the file is missing. */
  readonly size: number;
  /** Commit that last changed it and when (Unix ms), as far as the listing looked; "" and 0 when not. */
  readonly commit: string;
  readonly updatedAt: number;
  /** "" when it may be indexed; else why not, for links that leave the root and the like (UPPER_SNAKE). */
  readonly refusal: string;
}

export interface Listing {
  readonly head: Head;
  /** Sorted by path (code units). */
  readonly files: readonly ListedFile[];
  /** Things an operator should know: no Git, shallow clone, untracked files not counted. */
  readonly warnings: readonly string[];
  /** Which look this was, for `listSome` to stand on; absent where nothing can. */
  readonly mark?: number;
}

/** What may have changed: paths relative to the root with forward slashes, of files or folders, or anything at all. */
export type Touched = readonly string[] | "anything";

/** A listing of some paths alone; all others are as the look before listed them. */
export interface PartialListing {
  readonly head: Head;
  /** Sorted by path. */
  readonly files: readonly ListedFile[];
  /** Paths that were looked at and are not listed, sorted. Most were listed before. */
  readonly absent: readonly string[];
  readonly mark: number;
}

/** A tree of files the operator named. Read-only; never writes to it, never runs what it holds. */
export interface Source {
  readonly name: string;
  /** Changes with what the operator set for it (its root, its switches), and with nothing else. */
  readonly identity?: string;
  /**
   * A constant number of processes, whatever the tree's size. `sinceCommit`: look for who changed what only after
   * it ("" looks at all history); files not changed since carry "" and 0.
   * @throws Fault `precondition` when the root is gone or Git refuses it, with the remedy; `cancelled`.
   */
  list(sinceCommit: string, signal: AbortSignal): Promise<Listing>;
  /**
   * Looks at these paths alone, and at what was staged since the look of that mark. Undefined whenever that could give
   * something else than `list`: another look came between, HEAD moved, a path is a folder or a link or governs others
   * (ignore rules, attributes), there are too many, Git's configuration changed, or Git refuses. Then list. A constant
   * number of processes. @throws as list.
   */
  listSome?(paths: readonly string[], mark: number, signal: AbortSignal): Promise<PartialListing | undefined>;
  /** The commit and cleanliness now; cheaper than a listing. @throws as list. */
  head(signal: AbortSignal): Promise<Head>;
  /** Commits from `commit` to HEAD; -1 when it can't be known. */
  commitsSince(commit: string, signal: AbortSignal): Promise<number>;
  /**
   * Tells `changed` what below the root may have changed, until the abort; resolves once it watches. What can't be
   * watched is told to `trouble`, and the rest is watched on. @throws as list.
   */
  watch?(changed: (touched: Touched) => void, trouble: (fault: Fault) => void, signal: AbortSignal): Promise<void>;
  /**
   * The bytes of a listed file, read without following a link out of the root.
   * @throws Fault `not-found` when it vanished, `precondition` (reason ESCAPES_ROOT, UNREADABLE, TOO_LARGE).
   */
  read(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** The configured sources, by name; rereading the configuration replaces the set. */
export interface Sources {
  all(): readonly Source[];
  get(name: string): Source | undefined;
}
