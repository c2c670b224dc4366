/**
 * TypeScript with every comment, string, template text and regular expression turned into spaces, position for
 * position, so that rules look at code alone. Quotes stay, so that an import's place can still be found.
 *
 * A slash begins a regular expression where no value can have ended before it; this is the usual approximation, and
 * enough for sources that are formatted by one tool.
 */
export function blankSource(text: string): string {
  const out =
    [...text].length === text.length ? text.split("") : Array.from({ length: text.length }, (_, i) => text[i]!);
  /** For each open `${`: how many braces are open inside it. */
  const templates: number[] = [];
  let i = 0;

  const blank = (end: number): void => {
    for (; i < end; i++) if (out[i] !== "\n") out[i] = " ";
  };
  const skipQuoted = (quote: string): void => {
    let end = i + 1;
    while (end < text.length && text[end] !== quote && text[end] !== "\n") end += text[end] === "\\" ? 2 : 1;
    i++;
    blank(Math.min(end, text.length));
    i++;
  };
  const skipTemplate = (): void => {
    let end = i;
    while (end < text.length && text[end] !== "`" && !text.startsWith("${", end)) end += text[end] === "\\" ? 2 : 1;
    blank(Math.min(end, text.length));
    if (text[i] === "`") i++;
    else if (i < text.length) {
      templates.push(0);
      i += 2;
    }
  };
  const skipRegExp = (): void => {
    let end = i + 1;
    for (let inClass = false; end < text.length && text[end] !== "\n"; end += text[end] === "\\" ? 2 : 1) {
      if (text[end] === "[") inClass = true;
      else if (text[end] === "]") inClass = false;
      else if (text[end] === "/" && !inClass) break;
    }
    blank(Math.min(end + 1, text.length));
  };

  while (i < text.length) {
    const here = text[i]!;
    if (text.startsWith("//", i)) blank(ending(text, "\n", i));
    else if (text.startsWith("/*", i)) blank(ending(text, "*/", i + 2) + 2);
    else if (here === '"' || here === "'") skipQuoted(here);
    else if (here === "`") {
      i++;
      skipTemplate();
    } else if (here === "/" && /(^|[(,=:[!&|?{};+\n~<>%^-]|\breturn|\btypeof|\bcase)$/.test(before(out, i)))
      skipRegExp();
    else if (here === "}" && templates.at(-1) === 0) {
      templates.pop();
      i++;
      skipTemplate();
    } else {
      if (templates.length > 0 && here === "{") templates[templates.length - 1]! += 1;
      if (templates.length > 0 && here === "}") templates[templates.length - 1]! -= 1;
      i++;
    }
  }
  return out.join("");
}

function ending(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

/** The last few characters of code before a place. */
function before(out: readonly string[], at: number): string {
  return out
    .slice(Math.max(0, at - 60), at)
    .join("")
    .trimEnd();
}
