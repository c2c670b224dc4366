import type { PackedFacts } from "../../../domain/graph/mod.ts";

/** Packed facts as one column holds them: their bytes as text. */
export function toRow(facts: PackedFacts): string {
  return new TextDecoder().decode(facts);
}

export function fromRow(said: string): PackedFacts {
  return new TextEncoder().encode(said);
}

export function outlineInRow(said: string): string {
  return said.slice(0, said.indexOf("\n"));
}
