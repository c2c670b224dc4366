import { Fault } from "../../../domain/mod.ts";

/** A piece of a statement; comments are none. */
export interface Token {
  readonly kind: "word" | "quoted" | "text" | "number" | "sign";
  readonly text: string;
  /** What stands before it: spaces and line breaks, or nothing. */
  readonly gap: string;
}

/**
 * What outside of names and texts is nothing of these ends the reading: a character that the server may take for a
 * space, a line's end or a letter, and we for something else, is how a guard is passed by.
 */
const piece = new RegExp(
  [
    "(?<gap>[ \\t\\r\\n\\p{Zs}]+)",
    "(?<comment>//[^\\r\\n]*|/\\*[^]*?\\*/)",
    "(?<text>'(?:[^'\\\\]|\\\\[^])*'|\"(?:[^\"\\\\]|\\\\[^])*\")",
    "(?<quoted>`(?:[^`]|``)*`)",
    "(?<number>\\d+(?:\\.\\d+)?\\w*)",
    "(?<word>[\\p{L}\\p{Nl}_][\\p{L}\\p{N}\\p{M}_]*)",
    "(?<sign>/(?!\\*)|[!$%&()*+,\\-.:;<=>?\\[\\]^{|}~])",
  ].join("|"),
  "uy",
);

/**
 * Takes a statement apart. What is sent to the server is put together from these again (`joined`), so that it reads
 * what we have read.
 *
 * @throws Fault `invalid` where the server might read it otherwise
 */
export function tokensOf(statement: string): Token[] {
  // Neo4j 5 replaces these before it looks at quotes and comments, so that '\u0027 ends a text. Inside a text that
  // is harmless, but which that is depends on the server.
  if (/\\[uU]/.test(statement))
    throw refused("holds a backslash and 'u': write the character itself, or hand the text over as a parameter");
  const tokens: Token[] = [];
  let gap: string | undefined;
  piece.lastIndex = 0;
  while (piece.lastIndex < statement.length) {
    const from = piece.lastIndex;
    const groups = piece.exec(statement)?.groups;
    if (groups === undefined) throw refused(trouble(statement, from));
    const [kind, text = ""] = Object.entries(groups).find(([, found]) => found !== undefined)!;
    // Line breaks stay, for the places in the server's messages.
    if (kind === "gap" || kind === "comment") gap = (gap ?? "") + text.replace(/[^\r\n]/g, "");
    else {
      tokens.push({ kind: kind as Token["kind"], text, gap: gap === "" ? " " : (gap ?? "") });
      gap = undefined;
    }
  }
  return tokens;
}

export function joined(tokens: readonly Token[]): string {
  return tokens.map(({ gap, text }) => `${gap}${text}`).join("");
}

export function refused(why: string): Fault {
  return new Fault("invalid", `query: ${why}`, { field: "query", reason: "CYPHER_REFUSED" });
}

function trouble(statement: string, at: number): string {
  const char = String.fromCodePoint(statement.codePointAt(at)!);
  if (char === "'" || char === '"' || char === "`") return `the ${char} at character ${at + 1} is not closed`;
  if (char === "/") return `the comment at character ${at + 1} is not closed`;
  const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return `character ${at + 1}, U+${code}, is not read outside of quotes: leave it out`;
}
