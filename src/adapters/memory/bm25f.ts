import { type FieldTerms, fieldCount } from "../../domain/text/mod.ts";
import { type LexicalTuning, lexicalFields, type QueryTerm } from "../../ports/mod.ts";

export interface LexicalStatistics {
  readonly documents: number;
  readonly averageLengths: readonly number[];
  /** For each query term, in how many rows it stands. */
  readonly documentFrequency: readonly number[];
}

export function lexicalStatistics(rows: readonly FieldTerms[], terms: readonly QueryTerm[]): LexicalStatistics {
  const averageLengths = lexicalFields.map((_, field) => {
    const sum = rows.reduce((all, row) => all + Math.min(row.lengths[field] as number, 65_535), 0);
    return rows.length === 0 ? 0 : sum / rows.length;
  });
  const documentFrequency = terms.map(({ term }) => rows.filter((row) => row.terms.includes(term)).length);
  return { documents: rows.length, averageLengths, documentFrequency };
}

/** BM25F as the port has it, term by term (the formula and its sources: docs/decisions/0003). */
export function bm25f(
  row: FieldTerms,
  terms: readonly QueryTerm[],
  tuning: LexicalTuning,
  statistics: LexicalStatistics,
): { score: number; matches: boolean } {
  let score = 0;
  let matches = false;
  terms.forEach(({ term, weight }, index) => {
    const at = row.terms.indexOf(term);
    if (at < 0 || !(weight > 0)) return;
    matches = true;
    let frequency = 0;
    lexicalFields.forEach((name, field) => {
      const count = row.counts[at * fieldCount + field] as number;
      if (count === 0) return;
      const { weight: fieldWeight, b } = tuning.fields[name];
      const average = statistics.averageLengths[field] as number;
      const length = Math.min(row.lengths[field] as number, 65_535);
      frequency += count * (average === 0 ? fieldWeight : fieldWeight / (1 - b + (b * length) / average));
    });
    const holders = statistics.documentFrequency[index] as number;
    const rarity = Math.log(1 + (statistics.documents - holders + 0.5) / (holders + 0.5));
    score += weight * rarity * (frequency > 0 ? frequency / (tuning.k1 + frequency) : 0);
  });
  return { score, matches };
}
