import type { CodeSymbol, ParsedChunk, SymbolKind } from "../../domain/mod.ts";
import type { Piece } from "./cut-lines.ts";
import type { LineTable } from "./line-table.ts";
import type { Definition, Outline } from "./outline.ts";

/** Doc words kept of one chunk, in characters; more repeats what the text says. */
const docLimit = 1_000;

export function toSymbol(definition: Definition): CodeSymbol {
  return {
    name: definition.name,
    qualifiedName: definition.qualifiedName,
    kind: definition.kind,
    lines: { start: definition.start + 1, end: definition.end + 1 },
  };
}

/** Gives every piece its text, symbol, names, enclosing signatures and doc words. */
export function describeChunks(
  text: string,
  table: LineTable,
  pieces: readonly Piece[],
  outline: Outline,
): ParsedChunk[] {
  const { definitions } = outline;
  const chunks: ParsedChunk[] = [];
  let next = 0;
  let enclosing: Definition[] = [];
  for (const piece of pieces) {
    enclosing = enclosing.filter((definition) => definition.end >= piece.from);
    const first = next;
    while (next < definitions.length && definitions[next]!.start < piece.to) next += 1;
    const begun = definitions.slice(first, next);
    const symbol = mainOf(piece, begun, first, definitions) ?? holderOf(piece, enclosing);
    const named = begun.filter((definition) => !definition.hidden);
    const kinds = new Set<SymbolKind>(named.map((definition) => definition.kind));
    if (symbol !== undefined) kinds.add(symbol.kind);
    chunks.push({
      lines: { start: piece.from + 1, end: piece.to },
      text: text.slice(table.starts[piece.from], table.starts[piece.to]),
      symbol: symbol === undefined ? undefined : toSymbol(symbol),
      defines: [...new Set(named.map((definition) => definition.name))],
      kinds: [...kinds],
      context: enclosing
        .map((definition) => definition.signature)
        .filter((signature) => signature !== "")
        .join("\n"),
      doc: docOf(named),
    });
    for (const definition of begun) if (definition.end >= piece.to) enclosing.push(definition);
  }
  return chunks;
}

/** Of what begins in the piece, the outermost that fills most of it; inside a module, what fills the module. */
function mainOf(
  piece: Piece,
  begun: readonly Definition[],
  first: number,
  all: readonly Definition[],
): Definition | undefined {
  let parentFloor = first;
  let best: Definition | undefined;
  let bestIndex = -1;
  for (;;) {
    let found: Definition | undefined;
    let most = 0;
    let index = -1;
    for (let i = 0; i < begun.length; i += 1) {
      const definition = begun[i]!;
      const inside = bestIndex === -1 ? definition.parent < parentFloor : definition.parent === bestIndex;
      if (!inside) continue;
      const lines = Math.min(definition.end + 1, piece.to) - definition.start;
      if (lines > most) {
        most = lines;
        found = definition;
        index = first + i;
      }
    }
    if (found === undefined) return best?.hidden === true ? holderAbove(best, all) : best;
    best = found;
    bestIndex = index;
    if (!found.hidden && found.kind !== "module") return found;
    parentFloor = index;
  }
}

function holderAbove(definition: Definition, all: readonly Definition[]): Definition | undefined {
  let at = definition.parent;
  while (at >= 0 && all[at]!.hidden) at = all[at]!.parent;
  return at >= 0 ? all[at] : undefined;
}

/** The innermost enclosing definition that holds half of the piece or more. */
function holderOf(piece: Piece, enclosing: readonly Definition[]): Definition | undefined {
  let innermost: Definition | undefined;
  for (let i = enclosing.length - 1; i >= 0; i -= 1) {
    const definition = enclosing[i]!;
    if (definition.hidden) continue;
    innermost ??= definition;
    if ((Math.min(definition.end + 1, piece.to) - piece.from) * 2 >= piece.to - piece.from) return definition;
  }
  return innermost;
}

function docOf(definitions: readonly Definition[]): string {
  let doc = "";
  for (const definition of definitions) {
    if (definition.doc === "") continue;
    doc = doc === "" ? definition.doc : `${doc}\n${definition.doc}`;
    if (doc.length >= docLimit) break;
  }
  return doc.length > docLimit ? doc.slice(0, docLimit) : doc;
}
