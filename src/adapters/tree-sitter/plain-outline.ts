import { configOutline } from "./config-outline.ts";
import type { LineTable } from "./line-table.ts";
import { markdownOutline } from "./markdown-outline.ts";
import { emptyOutline, type Outline } from "./outline.ts";
import { protobufOutline } from "./protobuf-outline.ts";
import { rstOutline } from "./rst-outline.ts";

const readers: ReadonlyMap<string, (text: string, table: LineTable) => Outline> = new Map([
  ["markdown", markdownOutline],
  ["restructuredtext", rstOutline],
  ["protobuf", protobufOutline],
  ...["json", "yaml", "toml"].map(
    (name) => [name, (text: string, table: LineTable) => configOutline(name, text, table)] as const,
  ),
]);

/** Languages without a grammar: a reader of their own, else nothing but lines. */
export function plainOutline(language: string, text: string, table: LineTable): Outline {
  return readers.get(language)?.(text, table) ?? emptyOutline(table.count);
}
