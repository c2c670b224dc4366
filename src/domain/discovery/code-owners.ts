import { globMatcher } from "./glob-matcher.ts";

/** Where hosts look for the file, in their order. */
export const codeOwnersPaths = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"] as const;

export interface OwnerRule {
  readonly pattern: string;
  readonly owners: readonly string[];
  /** Where it stands, from 1. */
  readonly line: number;
  readonly matches: (path: string) => boolean;
}

/** Reads CODEOWNERS: the last rule that matches a path wins. */
export function parseCodeOwners(path: string, text: string): { rules: OwnerRule[]; warnings: string[] } {
  const rules: OwnerRule[] = [];
  const warnings: string[] = [];
  for (const [n, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    // Sections ("[Docs] @team") are GitLab's; their default owners are not told to paths.
    if (line === "" || line.startsWith("#") || /^\^?\[/.test(line)) continue;
    const words = line.replace(/\s#.*$/, "").match(/(?:\\\s|\S)+/g) ?? [];
    const [pattern = "", ...owners] = words;
    try {
      rules.push({ pattern, owners, line: n + 1, matches: ownerMatcher(pattern.replaceAll("\\ ", " ")) });
    } catch (cause) {
      warnings.push(`${path}:${n + 1}: rule not used: ${(cause as Error).message}`);
    }
  }
  return { rules, warnings };
}

/**
 * The folder that a rule names plainly: anchored at the root, without wildcards, and given to somebody. Undefined for
 * any other rule. Whether it is a folder only the paths below it tell.
 */
export function ownedFolder({ pattern, owners }: Pick<OwnerRule, "pattern" | "owners">): string | undefined {
  const plain = pattern.replaceAll("\\ ", " ");
  const bare = plain.replace(/^\//, "").replace(/\/(?:\*\*)?$/, "");
  const anchored = plain.startsWith("/") || bare.includes("/");
  return owners.length > 0 && anchored && bare !== "" && !/[*?[\]{}!\\]/.test(bare) ? bare : undefined;
}

/** Patterns are those of .gitignore: without a slash inside they match at any depth, and a folder means all in it. */
function ownerMatcher(pattern: string): (path: string) => boolean {
  const bare = pattern.replace(/^\//, "").replace(/\/$/, "");
  const anchored = pattern.startsWith("/") || bare.includes("/");
  const glob = anchored ? bare : `**/${bare}`;
  // "docs/*" owns the files right in docs, none deeper.
  const below = bare.endsWith("/*") ? undefined : globMatcher(`${glob}/**`, pattern);
  const itself = globMatcher(glob, pattern);
  const folderOnly = pattern.endsWith("/");
  return (path) => (below === undefined ? itself(path) : below(path) && !(folderOnly && itself(path)));
}
