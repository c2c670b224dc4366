import type { EvalGateway } from "./eval-gateway.ts";
import { type Answered, ask, type Measured } from "./measure.ts";
import { aligned } from "./report.ts";
import { mean } from "./score.ts";

/** What each repository gets from weights that were chosen on the others, out of a few for each signal. */
export interface LeftOut {
  readonly mean: number;
  /** The lowest and the highest mean over all sets that any of the weight sets gives. */
  readonly lowest: number;
  readonly highest: number;
  readonly sets: readonly { readonly name: string; readonly weights: string; readonly ndcg10: number }[];
}

/** Weights that are tried a third down and half up: those that ablation finds to matter, and one of the graph's. */
const tried = [
  "lexical",
  "vector",
  "definition",
  "symbol_words",
  "file_name",
  "folder_name",
  "referenced",
  "siblings",
  "repeat",
];
const factors = [2 / 3, 3 / 2];

/** Asks everything again under each set of weights. Needs two sets at least. */
export async function leaveOneOut(
  gateway: EvalGateway,
  measured: readonly Measured[],
  scale: Map<string, number>,
): Promise<LeftOut> {
  const settings = [{ weights: "usual", scores: measured.map(({ answers }) => scoreOf(answers)) }];
  for (const signal of tried)
    for (const factor of factors) {
      scale.set(signal, factor);
      const scores: number[] = [];
      for (const { set } of measured) scores.push(scoreOf(await ask(gateway, set)));
      scale.delete(signal);
      settings.push({ weights: `${signal} × ${factor.toFixed(2)}`, scores });
    }
  return chosenWithout(
    measured.map(({ set }) => set.name),
    settings,
  );
}

/** @param settings with a score for each set, in the order of the names */
export function chosenWithout(
  names: readonly string[],
  settings: readonly { readonly weights: string; readonly scores: readonly number[] }[],
): LeftOut {
  if (names.length < 2) throw new Error("--leave-one-out needs two sets at least");
  const sets = names.map((name, own) => {
    const others = settings.map(({ scores }) => mean(scores.filter((_, at) => at !== own)));
    // The first of those that are equally good: the usual weights come first.
    const best = settings[others.indexOf(Math.max(...others))]!;
    return { name, weights: best.weights, ndcg10: best.scores[own]! };
  });
  const means = settings.map(({ scores }) => mean(scores));
  const all = { lowest: Math.min(...means), highest: Math.max(...means) };
  return { mean: mean(sets.map(({ ndcg10 }) => ndcg10)), ...all, sets };
}

export function leftOutTable({ mean: all, lowest, highest, sets }: LeftOut): string {
  const rows = sets.map(({ name, weights, ndcg10 }) => [name, ndcg10.toFixed(3), weights]);
  const range = `all weight sets: ${lowest.toFixed(3)} to ${highest.toFixed(3)}`;
  return aligned([["set", "nDCG@10", "best without it"], ...rows, ["mean", all.toFixed(3), range]]);
}

function scoreOf(answers: readonly Answered[]): number {
  return mean(answers.map(({ score }) => score.ndcg10));
}
