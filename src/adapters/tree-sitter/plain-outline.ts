import type { LineTable } from "./line-table.ts";
import { markdownOutline } from "./markdown-outline.ts";
import { emptyOutline, type Outline } from "./outline.ts";

const readers: ReadonlyMap<string, (text: string, table: LineTable) => Outline> = new Map([
  ["markdown", markdownOutline],
]);

/** Languages without a grammar: a reader of their own, else nothing but lines. */
export function plainOutline(language: string, text: string, table: LineTable): Outline {
  return readers.get(language)?.(text, table) ?? emptyOutline(table.count);
}
