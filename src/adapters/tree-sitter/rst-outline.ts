import type { LineTable } from "./line-table.ts";
import { noCut, type Outline } from "./outline.ts";
import { Sections } from "./sections.ts";

const paragraph = 10;
const rule = /^([=\-`:'"~^_*+#<>.])\1{2,}$/;

/** reStructuredText: a heading's level is the order in which its adornment first appears, as the format has it. */
export function rstOutline(text: string, table: LineTable): Outline {
  const sections = new Sections(table.count);
  const levels: string[] = [];
  const row = (line: number) =>
    line < table.count
      ? text.slice(table.starts[line], Math.min(table.starts[line + 1]!, table.starts[line]! + 400)).trimEnd()
      : "";
  let blank = true;
  for (let line = 0; line < table.count; line += 1) {
    const here = row(line);
    const over = rule.exec(here);
    const adorned = over !== null && rule.exec(row(line + 2))?.[1] === over[1] && row(line + 1).trim() !== "";
    const under = rule.exec(row(line + 1));
    if (blank && adorned && over !== null && !rule.test(row(line + 1))) {
      sections.begin(levelOf(levels, `${over[1]}${over[1]}`), row(line + 1).trim(), line);
      line += 2;
      blank = true;
      continue;
    }
    if (blank && over === null && under !== null && /^\S/.test(here) && row(line + 1).length >= here.length) {
      sections.begin(levelOf(levels, under[1]!), here.trim(), line);
      line += 1;
      blank = true;
      continue;
    }
    const isBlank = here === "";
    if (!isBlank && blank && sections.cuts[line] === noCut) sections.cuts[line] = paragraph;
    blank = isBlank;
  }
  return { cuts: sections.cuts, definitions: sections.definitions, errors: [] };
}

function levelOf(levels: string[], adornment: string): number {
  const known = levels.indexOf(adornment);
  if (known >= 0) return known + 1;
  levels.push(adornment);
  // Cuts of paragraphs come below every heading.
  return Math.min(levels.length, paragraph - 1);
}
