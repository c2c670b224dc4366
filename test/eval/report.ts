import type { Answered, Measured } from "./measure.ts";
import { bootstrap, type Interval, mean, percentile, seeded, standardError } from "./score.ts";

/** Fixed, so that the same results give the same interval. */
const seed = 20_240_601;

export interface Summary {
  readonly ndcg10: number;
  readonly recall10: number;
  readonly mrr10: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly index_ms: number;
  readonly queries: number;
}

export function summaryOf(answers: readonly Answered[], indexMs: number): Summary {
  const times = answers.map(({ ms }) => ms);
  return {
    ndcg10: mean(answers.map(({ score }) => score.ndcg10)),
    recall10: mean(answers.map(({ score }) => score.recall10)),
    mrr10: mean(answers.map(({ score }) => score.mrr10)),
    p50_ms: percentile(times, 0.5),
    p95_ms: percentile(times, 0.95),
    index_ms: indexMs,
    queries: answers.length,
  };
}

/** Quality is averaged over sets, each counting alike; times over all queries. */
export function overall(measured: readonly Measured[]): Summary {
  const each = measured.map(({ answers, indexMs }) => summaryOf(answers, indexMs));
  const times = measured.flatMap(({ answers }) => answers.map(({ ms }) => ms));
  return {
    ndcg10: mean(each.map(({ ndcg10 }) => ndcg10)),
    recall10: mean(each.map(({ recall10 }) => recall10)),
    mrr10: mean(each.map(({ mrr10 }) => mrr10)),
    p50_ms: percentile(times, 0.5),
    p95_ms: percentile(times, 0.95),
    index_ms: each.reduce((sum, { index_ms }) => sum + index_ms, 0),
    queries: times.length,
  };
}

const ndcgs = ({ answers }: Measured) => answers.map(({ score }) => score.ndcg10);

export function table(measured: readonly Measured[]): string {
  const head = [
    "set",
    "nDCG@10",
    "±se",
    "published",
    "recall@10",
    "MRR@10",
    "p50 ms",
    "p95 ms",
    "index ms",
    "files",
    "chunks",
    "queries",
  ];
  const rows = measured.map((one) => {
    const summary = summaryOf(one.answers, one.indexMs);
    return [
      one.set.name,
      summary.ndcg10.toFixed(3),
      standardError(ndcgs(one)).toFixed(3),
      one.set.published?.toFixed(3) ?? "–",
      ...figures(summary),
      String(one.files),
      String(one.chunks),
      String(summary.queries),
    ];
  });
  if (measured.length > 1) {
    const summary = overall(measured);
    const { low, high } = bootstrap(measured.map(ndcgs), seeded(seed));
    const known = measured.flatMap(({ set }) => set.published ?? []);
    rows.push([
      "mean",
      summary.ndcg10.toFixed(3),
      `[${low.toFixed(3)}, ${high.toFixed(3)}]`,
      known.length > 0 ? mean(known).toFixed(3) : "–",
      ...figures(summary),
      "",
      "",
      String(summary.queries),
    ]);
  }
  return aligned([head, ...rows]);
}

function figures({ recall10, mrr10, p50_ms, p95_ms, index_ms }: Summary): string[] {
  return [recall10.toFixed(3), mrr10.toFixed(3), p50_ms.toFixed(1), p95_ms.toFixed(1), index_ms.toFixed(0)];
}

/** How far the mean nDCG@10 went from one setting to another, with its 95% interval. */
export interface Change extends Interval {
  readonly mean: number;
}

/** Two settings over the same questions: the difference of the means with its interval. */
export function difference(before: readonly Measured[], after: readonly (readonly Answered[])[]): Change {
  return changeOf(
    before.map(({ answers }, set) =>
      answers.map(({ score }, at) => (after[set]?.[at]?.score.ndcg10 ?? 0) - score.ndcg10),
    ),
  );
}

/** @param gains of each question, set by set */
export function changeOf(gains: readonly (readonly number[])[]): Change {
  return { mean: mean(gains.map(mean)), ...bootstrap(gains, seeded(seed)) };
}

export const changeHead: readonly string[] = ["change", "from", "to"];

export function changeCells({ mean: middle, low, high }: Change): string[] {
  return [middle, low, high].map((value) => value.toFixed(4));
}

export function changesTable(changes: readonly { readonly name: string; readonly change: Change }[]): string {
  return aligned([["set", ...changeHead], ...changes.map(({ name, change }) => [name, ...changeCells(change)])]);
}

export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join("  "))
    .join("\n");
}
