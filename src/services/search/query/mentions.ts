/** What a query names outright: identifiers as code spells them, paths, quoted phrases. */
export interface Mentions {
  readonly symbols: readonly string[];
  readonly paths: readonly string[];
  readonly phrases: readonly string[];
}

/** More than these from one query cost time and tell nothing new. */
const most = 40;

const code = /[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#|->)[\p{L}_$][\p{L}\p{N}_$]*)*(?:\(\))?/gu;
/** Mixed case inside, an underscore inside, a capital with a dot, a call: no natural word looks so. */
const spelledLikeCode = /\p{Ll}\p{Lu}|\p{Lu}{2,}\p{Ll}|[\p{L}\p{N}]_[\p{L}\p{N}]|^_|\(\)$|::|->|\p{L}\.\p{L}|\d\p{L}/u;
const filePath =
  /(?:[\w@.-]+[/\\])+[\w@.-]+|\b[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|cc?|cpp|h|hpp|md|ya?ml|toml|proto|sql)\b/gu;
const quotes = /"([^"\n]{2,200})"|“([^”\n]{2,200})”/gu;
const backticks = /`([^`\n]{1,120})`/gu;

export function mentionsOf(query: string): Mentions {
  const symbols = new Set<string>();
  for (const match of query.matchAll(backticks)) addNames(match[1] as string, symbols);
  for (const [word] of query.matchAll(code)) if (spelledLikeCode.test(word)) addNames(word, symbols);
  const paths = new Set([...query.matchAll(filePath)].map(([path]) => path.replaceAll("\\", "/")));
  const phrases = new Set([...query.matchAll(quotes)].map((match) => (match[1] ?? match[2]) as string));
  const few = (set: ReadonlySet<string>) => [...set].slice(0, most);
  return { symbols: few(symbols), paths: few(paths), phrases: few(phrases) };
}

/** A dotted name stands for itself and for its last part, which is what a definition carries. */
export function addNames(spelled: string, into: Set<string>): void {
  const name = spelled
    .trim()
    .replace(/\(.*\)$/u, "")
    .replace(/^[@#$]|[!?:,;]$/gu, "");
  if (!/^[\p{L}_$][\p{L}\p{N}_$.:#>-]*$/u.test(name)) return;
  into.add(name);
  const last = name.split(/\.|::|#|->/u).at(-1);
  if (last) into.add(last);
}
