import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { throwIfAborted } from "../../domain/mod.ts";
import { IgnoreRules, ignoreFileLimit } from "./ignore-rules.ts";
import type { GitEntry } from "./list-git.ts";
import { readInside } from "./read-inside.ts";

export interface Walk {
  readonly entries: readonly GitEntry[];
  readonly warnings: readonly string[];
}

/**
 * Lists a folder that Git doesn't keep: what `.gitignore` and `.gatewayignore` name is left out, and so is `.git`
 * and `stateFolder` (an absolute path). Links are named, never followed, so a cycle can't trap it.
 */
export async function walk(root: string, stateFolder: string, signal: AbortSignal): Promise<Walk> {
  const ruleSets = new Map([
    [".gitignore", new IgnoreRules()],
    [".gatewayignore", new IgnoreRules()],
  ]);
  const entries: GitEntry[] = [];
  const warnings: string[] = [];
  const left = [""];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    throwIfAborted(signal);
    const found = await children(root, folder, warnings);
    if (folder !== "" && found.some((child) => child.name === ".git")) {
      entries.push(entry(folder.slice(0, -1), "submodule", "SUBMODULE"));
      continue;
    }
    for (const child of found) {
      const rules = ruleSets.get(child.name);
      if (rules === undefined || !child.isFile()) continue;
      await addRules(rules, root, `${folder}${child.name}`, warnings, signal);
    }
    const ignored = (path: string) =>
      [...ruleSets.values()].some(
        (rules) => (path.endsWith("/") ? rules.ofFolder(path) : rules.of(path)) !== undefined,
      );
    for (const child of found) {
      const path = `${folder}${child.name}`;
      if (child.isDirectory()) {
        const skipped = child.name === ".git" || join(root, path) === stateFolder || ignored(`${path}/`);
        if (!skipped) left.push(`${path}/`);
      } else if (child.name !== ".git" && (child.isFile() || child.isSymbolicLink()) && !ignored(path)) {
        entries.push(entry(path, child.isFile() ? "file" : "link", ""));
      }
    }
  }
  for (const rules of ruleSets.values()) warnings.push(...rules.warnings);
  return { entries, warnings };
}

function entry(path: string, kind: GitEntry["kind"], refusal: string): GitEntry {
  // A name that is not UTF-8 comes back from the file system with replacement characters, and can't be opened.
  return { path, contentId: "", kind, commit: "", updatedAt: 0, refusal };
}

async function children(root: string, folder: string, warnings: string[]): Promise<Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true });
  } catch {
    warnings.push(`${folder || "the root"}: the folder can't be read, and nothing below it is indexed`);
    return [];
  }
}

/** Reads an ignore file; one that can't be read is said, never taken as empty in silence. */
export async function addRules(
  rules: IgnoreRules,
  root: string,
  path: string,
  warnings: string[],
  signal: AbortSignal,
): Promise<void> {
  try {
    rules.add(path, new TextDecoder().decode(await readInside(root, path, ignoreFileLimit, signal)));
  } catch (cause) {
    throwIfAborted(signal);
    warnings.push(`${path}: not obeyed, since it can't be read (${(cause as Error).message})`);
  }
}
