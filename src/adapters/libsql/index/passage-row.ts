import { Buffer } from "node:buffer";
import type { Chunk, CodeSymbol, SymbolKind } from "../../../domain/mod.ts";

/** The part of a chunk that only replies need, as the column `about` holds it (JSON escapes what the driver would cut). */
export interface About {
  readonly symbol: CodeSymbol | undefined;
  readonly defines: readonly string[];
  readonly context: string;
  readonly doc: string;
  readonly kinds: readonly SymbolKind[];
}

type AboutTuple = [CodeSymbol | null, string[], string, string, SymbolKind[]];

export function aboutColumn(chunk: Chunk): string {
  const { symbol, defines, context, doc, kinds } = chunk;
  return JSON.stringify([symbol ?? null, defines, context, doc, kinds]);
}

export function fromAboutColumn(column: unknown): About {
  const [symbol, ...rest] = JSON.parse(column as string) as AboutTuple;
  const [defines, context, doc, kinds] = rest;
  return { symbol: symbol ?? undefined, defines, context, doc, kinds };
}

export function textColumn(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}

export function fromTextColumn(column: unknown): string {
  return Buffer.from(column as Uint8Array).toString("utf8");
}
