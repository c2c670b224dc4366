import type { PackedFacts } from "../../../domain/graph/mod.ts";

/** Packed facts as one column holds them: the outline's line, then that of the mentions. */
export function toRow({ outline, mentions }: PackedFacts): string {
  return `${outline}\n${mentions}`;
}

export function fromRow(said: string): PackedFacts {
  const outline = outlineOf(said);
  return { outline, mentions: said.slice(outline.length + 1) };
}

export function outlineOf(said: string): string {
  return said.slice(0, said.indexOf("\n"));
}
