import { splitIdentifier } from "../text/mod.ts";

/** Letters and digits alone, in lower case: `getNode`, `get_node` and "Get node" are one name. */
export function squashed(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/**
 * The words of a node's names, each behind a line break, so that a search for "\n" and a prefix finds the words that
 * begin with it: the names whole, their parts between signs, and the words inside those.
 */
export function nameText(name: string, qualifiedName: string): string {
  const words = new Set<string>();
  for (const whole of qualifiedName === "" || qualifiedName === name ? [name] : [name, qualifiedName]) {
    words.add(whole.toLowerCase());
    for (const part of whole.split(/[^\p{L}\p{N}_$-]+/u)) {
      words.add(part.toLowerCase());
      for (const word of splitIdentifier(part)) words.add(word.toLowerCase());
    }
  }
  words.delete("");
  return `\n${[...words].join("\n")}`;
}

/** Whether every word begins one of the names' words (`nameText`), or stands in the path. All in lower case. */
export function matchesWords(text: string, path: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(`\n${word}`) || path.includes(word));
}

/** What the order of found nodes is made of. */
export interface FoundName {
  readonly nodeId: string;
  readonly name: string;
}

/** The whole name asked for first, then shorter names, then by id. */
export function compareFound(words: readonly string[]): (a: FoundName, b: FoundName) => number {
  const asked = squashed(words.join(""));
  const whole = ({ name }: FoundName) => Number(asked !== "" && squashed(name) === asked);
  return (a, b) =>
    whole(b) - whole(a) || a.name.length - b.name.length || (a.nodeId < b.nodeId ? -1 : a.nodeId > b.nodeId ? 1 : 0);
}
