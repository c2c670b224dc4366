import type { ListedFile } from "../../ports/mod.ts";
import type { IndexEntry } from "./parse-git.ts";

/** Files whose listing is kept at most, about a hundred bytes each. */
const mostKept = 150_000;

interface Kept {
  /** What beside Git decides how files are listed. */
  readonly ground: string;
  readonly entries: readonly IndexEntry[];
  /** Of each entry, in the same order. */
  readonly listed: readonly ListedFile[];
  /** The same, and whatever else was listed, in the listing's order. */
  readonly files: readonly ListedFile[];
}

/**
 * How a tree was listed last. A file that Git has looked at and says is still the same is listed as it was, as the same
 * object: those who compare listings see it at once.
 */
export class LastListing {
  #kept: Kept | undefined;

  /** For each entry in turn, how it was listed; undefined where it must be looked at. */
  former(ground: string, entries: readonly IndexEntry[]): (n: number) => ListedFile | undefined {
    const kept = this.#kept?.ground === ground ? this.#kept : undefined;
    if (kept === undefined) return () => undefined;
    // Entries before what differs stand where they stood, those after it as far from the end.
    const moved = kept.entries.length - entries.length;
    return (n) => {
      const entry = entries[n]!;
      const at = kept.entries[n] === entry ? n : kept.entries[n + moved] === entry ? n + moved : -1;
      const file = kept.listed[at];
      return file !== undefined && sound(file) ? file : undefined;
    };
  }

  /** The whole listing as it was, if these are its files. */
  same(listed: readonly ListedFile[]): readonly ListedFile[] | undefined {
    const kept = this.#kept;
    if (kept === undefined || kept.files.length !== listed.length || kept.listed.length !== listed.length)
      return undefined;
    return listed.every((file, n) => file === kept.listed[n]) ? kept.files : undefined;
  }

  keep(kept: Kept): void {
    this.#kept = kept.listed.length <= mostKept ? kept : undefined;
  }

  forget(): void {
    this.#kept = undefined;
  }
}

/** Whether Git alone can tell that it is as it was. What a link points at changes without Git; a commit is told once. */
function sound({ kind, contentId, size, refusal, commit }: ListedFile): boolean {
  return kind === "file" && contentId !== "" && size >= 0 && refusal !== "UNREADABLE" && commit === "";
}
