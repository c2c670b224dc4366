import type { LexicalTuning } from "../../ports/mod.ts";
import type { QueryKind } from "./query/kind.ts";

type Fields = LexicalTuning["fields"];

/**
 * BM25F parameters. Path words and defined names are short fields that say what a passage is about, so they weigh
 * more than the body; the figures behind each are in docs/benchmarks.md.
 */
const fields: Fields = {
  body: { weight: 1, b: 0.6 },
  path: { weight: 3, b: 0.4 },
  symbol: { weight: 2.5, b: 0.4 },
  context: { weight: 0.7, b: 0.4 },
  doc: { weight: 1, b: 0.5 },
};

const usual: LexicalTuning = { k1: 1.2, fields };

/** Kinds that differ from the usual. */
const byKind: Partial<Record<QueryKind, LexicalTuning>> = {
  symbol: { k1: 1.2, fields: { ...fields, symbol: { weight: 6, b: 0.4 } } },
  path: { k1: 1.2, fields: { ...fields, path: { weight: 10, b: 0.3 } } },
};

export function tuningFor(kind: QueryKind): LexicalTuning {
  return byKind[kind] ?? usual;
}
