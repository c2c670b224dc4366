import type { Definition, Mention } from "../../../domain/graph/mod.ts";
import type { LineTable } from "../line-table.ts";
import { MentionList, spokenPath } from "./document-mentions.ts";

/** Lines that are read: longer files are data, not configuration. */
const longestFile = 3_000;
const longestLine = 500;
const word = /(?<![\w/.:@$%-])(?:\.{1,2}\/)?[\w.+-]+(?:\/[\w.+-]+)+(?![\w/:@*])/g;

/** Files that a configuration names by a path with a folder and an extension, or from "./". */
export function configMentions(
  definitions: readonly Definition[],
  text: string,
  table: LineTable,
): { readonly mentions: readonly Mention[]; readonly leftOut: number } {
  const found = new MentionList(definitions);
  const last = table.count > longestFile ? 0 : table.count;
  for (let line = 0; line < last; line += 1) {
    const from = table.starts[line]!;
    const row = text.slice(from, Math.min(table.starts[line + 1]!, from + longestLine));
    if (!row.includes("/") || /^\s*(?:#|\/\/)/.test(row)) continue;
    for (const [path] of row.matchAll(word)) {
      const spoken = spokenPath(path);
      if (spoken !== undefined && (path.startsWith(".") || /\.\w{1,8}$/.test(path))) found.add(spoken, line);
    }
  }
  return { mentions: found.mentions, leftOut: found.leftOut };
}
