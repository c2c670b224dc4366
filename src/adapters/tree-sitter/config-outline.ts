import type { LineTable } from "./line-table.ts";
import { type Definition, noCut, type Outline } from "./outline.ts";

/** Indentation counted as nesting, at most; deeper lines are alike as places to cut. */
const deepest = 40;

/**
 * JSON, YAML and TOML by their layout, which needs no parser: keys at the least indentation are the top level. A file
 * whose layout says nothing (JSON on one line) is cut by lines.
 */
export function configOutline(language: string, text: string, table: LineTable): Outline {
  const cuts = new Uint16Array(table.count).fill(noCut);
  const definitions: Definition[] = [];
  const json = language === "json";
  let leading = false;
  let open = -1;
  let top = -1;
  for (let line = 0; line < table.count; line += 1) {
    const from = table.starts[line]!;
    const row = text.slice(from, Math.min(table.starts[line + 1]!, from + 300)).trimEnd();
    const content = row.trimStart();
    if (content === "") {
      leading = false;
      continue;
    }
    const indent = row.length - content.length;
    const comment = content.startsWith("#") || content.startsWith("//") || content.startsWith(";");
    const glued = leading;
    leading = comment;
    if (/^[\]})]/.test(content)) continue;
    const key = comment ? undefined : keyOf(language, content);
    const item = content.startsWith("- ") || content.startsWith("{") || content.startsWith("[");
    if (!glued && (comment || key !== undefined || item)) {
      // TOML's keys belong to the table above them.
      const below = language === "toml" && !content.startsWith("[") && open >= 0 ? 1 : 0;
      cuts[line] = Math.min(indent, deepest) + below;
    }
    if (key === undefined) continue;
    if (top < 0) top = json ? indent : 0;
    const isTop = language === "toml" ? content.startsWith("[") || open < 0 : indent === top;
    if (!isTop) continue;
    if (open >= 0) definitions[open]!.end = line - 1;
    definitions.push({
      name: key,
      qualifiedName: key,
      kind: "section",
      start: line,
      end: table.count - 1,
      parent: -1,
      signature: key,
      doc: "",
      hidden: false,
    });
    open = language === "toml" && !content.startsWith("[") ? -1 : definitions.length - 1;
    if (open < 0) definitions.at(-1)!.end = line;
  }
  return { cuts, definitions, errors: [] };
}

function keyOf(language: string, content: string): string | undefined {
  if (language === "json") return /^"((?:[^"\\]|\\.){1,200})"\s*:/.exec(content)?.[1];
  if (language === "toml") {
    return (/^\[\[?\s*([^\]]{1,200}?)\s*\]/.exec(content) ?? /^([\w."'-]{1,200})\s*=/.exec(content))?.[1];
  }
  return /^(?:- )?["']?([^\s"'#:{}[\],&*!|>%@`][^"'#:{}[\],]{0,200}?)["']?\s*:(?:\s|$)/.exec(content)?.[1];
}
