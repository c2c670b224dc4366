import { readFile } from "node:fs/promises";
import type { Measured } from "./measure.ts";
import { type Change, changeOf } from "./report.ts";

/** nDCG@10 by question, by set, of a run that `--json` wrote down. */
export type Earlier = ReadonlyMap<string, ReadonlyMap<string, number>>;

interface Written {
  readonly sets: readonly { readonly name: string; readonly scores: readonly { query: string; ndcg10: number }[] }[];
}

export async function readEarlier(file: string): Promise<Earlier> {
  const { sets } = JSON.parse(await readFile(file, "utf8")) as Written;
  return new Map(sets.map(({ name, scores }) => [name, new Map(scores.map(({ query, ndcg10 }) => [query, ndcg10]))]));
}

/**
 * The change of each set and of their mean. @throws when a set or a question was not asked there: the difference of
 * two means over different questions says nothing.
 */
export function compare(earlier: Earlier, measured: readonly Measured[]): { name: string; change: Change }[] {
  const gains = measured.map(({ set, answers }) => {
    const before = earlier.get(set.name);
    if (before?.size !== new Set(answers.map(({ question }) => question.query)).size)
      throw new Error(`--against: '${set.name}' was measured there with other questions`);
    return answers.map(({ question, score }) => {
      const then = before.get(question.query);
      if (then === undefined) throw new Error(`--against: not asked of '${set.name}' there: "${question.query}"`);
      return score.ndcg10 - then;
    });
  });
  const each = measured.map(({ set }, at) => ({ name: set.name, change: changeOf([gains[at]!]) }));
  return measured.length > 1 ? [...each, { name: "mean", change: changeOf(gains) }] : each;
}
