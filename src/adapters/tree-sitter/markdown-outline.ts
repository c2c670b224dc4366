import type { LineTable } from "./line-table.ts";
import { noCut, type Outline } from "./outline.ts";
import { Sections } from "./sections.ts";

/** Depth of a paragraph as a place to cut: below every heading level. */
const paragraph = 10;
const insideFence = 12;

/** Markdown: sections by heading, cut at headings, then paragraphs. Fenced code and front matter hold no heading. */
export function markdownOutline(text: string, table: LineTable): Outline {
  const sections = new Sections(table.count);
  const { cuts } = sections;
  let fence = "";
  let blank = true;

  for (let line = frontMatter(text, table); line < table.count; line += 1) {
    const row = lineText(text, table, line);
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(row);
    if (fence !== "") {
      if (mark !== null && mark[1]!.startsWith(fence) && mark[2]!.trim() === "") fence = "";
      else if (blank) cuts[line] = insideFence;
      blank = row.trim() === "";
      continue;
    }
    if (mark !== null && !(mark[1]!.startsWith("`") && mark[2]!.includes("`"))) {
      fence = mark[1]!;
      if (blank) cuts[line] = paragraph;
      blank = false;
      continue;
    }
    const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(row);
    if (atx !== null) {
      sections.begin(atx[1]!.length, title(atx[2] ?? ""), line);
      blank = true;
      continue;
    }
    const isBlank = row.trim() === "";
    const under =
      !isBlank && line + 1 < table.count ? /^ {0,3}(=+|-+)[ \t]*$/.exec(lineText(text, table, line + 1)) : null;
    if (under !== null && blank && !/^ {0,3}(?:[-*+>|]|\d+[.)]|\t| {4})/.test(row)) {
      sections.begin(under[1]!.startsWith("=") ? 1 : 2, title(row), line);
      line += 1;
      blank = true;
      continue;
    }
    if (!isBlank && blank && cuts[line] === noCut) cuts[line] = paragraph;
    blank = isBlank;
  }
  return { cuts, definitions: sections.definitions, errors: [] };
}

/** First line after a YAML or TOML front matter; 0 without one. */
function frontMatter(text: string, table: LineTable): number {
  if (table.count === 0) return 0;
  const mark = lineText(text, table, 0).trimEnd();
  if (mark !== "---" && mark !== "+++") return 0;
  const last = Math.min(table.count, 200);
  for (let line = 1; line < last; line += 1) if (lineText(text, table, line).trimEnd() === mark) return line + 1;
  return 0;
}

function lineText(text: string, table: LineTable, line: number): string {
  let end = table.starts[line + 1]!;
  if (text.charCodeAt(end - 1) === 10) end -= 1;
  if (text.charCodeAt(end - 1) === 13) end -= 1;
  // A heading is short; longer lines are prose.
  return text.slice(table.starts[line], Math.min(Math.max(end, table.starts[line]!), table.starts[line]! + 1_000));
}

/** A heading's words: links keep their label, emphasis and code marks go. */
function title(raw: string): string {
  return raw
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]*>/g, "")
    .replace(/[`*]|\{#[^}]*\}/g, "")
    .trim();
}
