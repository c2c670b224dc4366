import ignore, { type Ignore } from "ignore";

/** One ignore file: where it lies ("" or ending in "/") and its rules. */
interface RuleFile {
  readonly base: string;
  readonly name: string;
  readonly rules: Ignore;
}

export const ignoreFileLimit = 64 * 1024;
/** Runs of stars in one pattern: more take the matching library's backtracking too long on a long name. */
const starLimit = 4;

/** What ignore files of one name say of paths: the deepest that decides wins, and a folder's fate is its content's. */
export class IgnoreRules {
  readonly #files = new Map<string, RuleFile>();
  readonly #folders = new Map<string, string | undefined>();
  readonly warnings: string[] = [];
  /** What was added, as it was: rules with the same key say the same. */
  readonly #texts: (readonly [string, string])[] = [];

  /** Takes the file `path` (relative to the root, with its own name last). Parents come before children. */
  add(path: string, text: string): void {
    this.#texts.push([path, text]);
    const slash = path.lastIndexOf("/") + 1;
    const rules = ignore({ ignorecase: false });
    for (const [n, line] of text.split(/\r?\n/).entries()) {
      if ((line.match(/\*+/g)?.length ?? 0) > starLimit) {
        this.warnings.push(`${path}:${n + 1}: ignored, since it has more than ${starLimit} wildcards`);
      } else rules.add(line);
    }
    this.#files.set(path.slice(0, slash), { base: path.slice(0, slash), name: path, rules });
  }

  get key(): string {
    return JSON.stringify(this.#texts);
  }

  get empty(): boolean {
    return this.#files.size === 0;
  }

  /** The rule that ignores a file, as `file: pattern`; undefined when none does. */
  of(path: string): string | undefined {
    if (this.empty) return undefined;
    return this.ofFolder(path.slice(0, path.lastIndexOf("/") + 1)) ?? this.#decide(path);
  }

  /** The same for a folder, given with its closing slash. */
  ofFolder(folder: string): string | undefined {
    if (folder === "" || this.empty) return undefined;
    if (this.#folders.has(folder)) return this.#folders.get(folder);
    const parent = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
    const rule = this.ofFolder(parent) ?? this.#decide(folder);
    this.#folders.set(folder, rule);
    return rule;
  }

  #decide(path: string): string | undefined {
    for (let end = path.length; end > 0; ) {
      end = path.lastIndexOf("/", end - 2) + 1;
      const file = this.#files.get(path.slice(0, end));
      if (file === undefined) continue;
      const result = file.rules.test(path.slice(file.base.length));
      if (result.unignored) return undefined;
      if (result.ignored) return `${file.name}: ${result.rule?.pattern ?? "?"}`;
    }
    return undefined;
  }
}
