/** Comment markers at the ends of a comment and at the head of its lines. */
const opening = /^[ \t]*(?:\/\*[*!]?|\/\/[/!]?|#+!?|--+|\(\*|<!--|;+|%+|"""|''')[ \t]?/;
const inner = /^[ \t]*(?:\*(?!\/)|\/\/[/!]?|#+|--+|;+)[ \t]?/;
const closing = /[ \t]*(?:\*+\/|\*\)|-->|"""|''')[ \t]*$/;
/** Read of one comment, in characters: later words are rarely documentation. */
const longest = 2_000;

/** The words of a comment or docstring, without its markers. */
export function docText(raw: string): string {
  const out: string[] = [];
  for (const line of raw.slice(0, longest).split("\n")) {
    let words = line.replace(closing, "");
    words = words.replace(opening, "").replace(inner, "").trim();
    if (words !== "") out.push(words);
  }
  return out.join("\n");
}

/** A definition's header on one line, at most 200 characters. */
export function headerText(raw: string): string {
  const line = raw
    .slice(0, 600)
    .replace(/\s+/g, " ")
    .trim()
    .replace(/\s*[{:(=]$/, "");
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
