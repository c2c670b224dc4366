import type { CodeSymbol, LineRange, SymbolKind } from "./artifact.ts";

/** Characters a chunk aims at, and may never pass. The sizes behind search-quality figures; see docs/decisions. */
export const chunkTarget = 1_500;
export const chunkLimit = 4_000;

/**
 * A passage as the parser cuts it. The chunks of a file, in order, tile its indexed lines: no overlap, no line
 * split, and the texts joined are the file's text (line terminators included; redacted lines blank).
 */
export interface ParsedChunk {
  readonly lines: LineRange;
  readonly text: string;
  /** The symbol it defines or sits in. */
  readonly symbol: CodeSymbol | undefined;
  /** Names it defines (declares the beginning of), outermost first. */
  readonly defines: readonly string[];
  /** Kinds of what it defines or sits in, for the symbol-kind filter. */
  readonly kinds: readonly SymbolKind[];
  /** Enclosing signatures or heading path, one per line, outermost first; "" at top level. Not part of `text`. */
  readonly context: string;
  /** Doc comment or docstring words in it; "" when none. */
  readonly doc: string;
}

/** What the embedder sees of a chunk: where it stands, then what it says. */
export function embeddedText({ context, text }: ParsedChunk): string {
  return `${context}\n${text}`;
}

/** A chunk with its identity: what an index stores. */
export interface Chunk extends ParsedChunk {
  /** 32 hex digits: hash of source, path, text and the occurrence number of that text in the file. */
  readonly chunkId: string;
  /** 32 hex digits: hash of what is embedded; equal text is embedded once under one embedder. */
  readonly textHash: string;
}
