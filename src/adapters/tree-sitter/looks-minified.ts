import type { LineTable } from "./line-table.ts";

/** Prose wraps nowhere; its paragraphs are lines. */
const prose: ReadonlySet<string> = new Set(["markdown", "restructuredtext", "asciidoc", "text", "html", "tex", ""]);

/** Lines so long on average that no person writes or reads them. */
export function looksMinified(language: string, text: string, table: LineTable): boolean {
  if (text.length < 5_000) return false;
  return text.length / Math.max(1, table.count) > (prose.has(language) ? 5_000 : 400);
}
