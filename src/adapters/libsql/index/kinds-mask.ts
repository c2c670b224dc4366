import { type SymbolKind, symbolKinds } from "../../../domain/mod.ts";

/** Symbol kinds as bits, by their order in the contract: stored, so the order may only grow. */
export function kindsMask(kinds: readonly SymbolKind[]): number {
  let mask = 0;
  for (const kind of kinds) mask |= 1 << symbolKinds.indexOf(kind);
  return mask;
}
