import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compare, readEarlier } from "./eval/earlier.ts";
import { repositorySet } from "./eval/eval-set.ts";
import { chosenWithout } from "./eval/leave-one-out.ts";
import type { Measured } from "./eval/measure.ts";
import { difference, overall } from "./eval/report.ts";
import { bootstrap, mean, scoreOf, seeded } from "./eval/score.ts";
import { inFolder } from "./support/in-folder.ts";

const hit = (path: string, start = 1, end = 10) => ({ path, lines: { start, end } });
const file = (path: string) => ({ path, lines: undefined });
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);

const scores = suite("eval: scores");

scores(
  "a label counts at the rank of its file's first hit, against a list with each label at a rank of its own",
  () => {
    const { ndcg10, recall10, mrr10 } = scoreOf([file("a"), file("b")], [hit("x"), hit("a"), hit("a"), hit("b")]);
    close(ndcg10, (1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3)));
    close(recall10, 1);
    close(mrr10, 0.5);
  },
);

scores("a label with lines wants a hit that overlaps them", () => {
  const target = { path: "a", lines: { start: 20, end: 30 } };
  close(scoreOf([target], [hit("a", 1, 19), hit("a", 30, 40)]).mrr10, 0.5);
  close(scoreOf([target], [hit("a", 1, 19), hit("a", 31, 40)]).ndcg10, 0);
});

scores("the eleventh hit is too late", () => {
  const others = Array.from({ length: 10 }, (_, at) => hit(`x${at}`));
  assert.equal(scoreOf([file("a")], [...others, hit("a")]), { ndcg10: 0, recall10: 0, mrr10: 0 });
});

scores("an interval holds the mean, is the same each time, and narrows with more questions", () => {
  const draw = seeded(7);
  const few = Array.from({ length: 20 }, draw);
  const many = Array.from({ length: 2_000 }, draw);
  const [wide, narrow] = [bootstrap([few], seeded(1)), bootstrap([many], seeded(1))];
  assert.equal(bootstrap([few], seeded(1)), wide);
  for (const [values, { low, high }] of [
    [few, wide],
    [many, narrow],
  ] as const)
    assert.ok(low < mean(values) && mean(values) < high);
  assert.ok(narrow.high - narrow.low < (wide.high - wide.low) / 5);
});

scores.run();

function measured(name: string, ndcgs: readonly number[], ms = 1): Measured {
  const answers = ndcgs.map((ndcg10, at) => ({
    question: { query: `${name} ${at}`, category: "", targets: [] },
    score: { ndcg10, recall10: ndcg10, mrr10: ndcg10 },
    ms,
    found: [],
  }));
  const set = { name, folder: "", labelOf: (path: string) => path, questions: [], published: undefined, notes: [] };
  return { set, indexMs: 100, files: 1, chunks: 1, answers };
}

const reports = suite("eval: reports");

reports("quality is averaged over sets, times over questions", () => {
  const { ndcg10, p95_ms, index_ms, queries } = overall([measured("a", [1]), measured("b", [0, 0, 0], 9)]);
  assert.equal({ ndcg10, p95_ms, index_ms, queries }, { ndcg10: 0.5, p95_ms: 9, index_ms: 200, queries: 4 });
});

reports("two settings are compared question by question: a shift of all has no width", () => {
  const before = [measured("a", [0.1, 0.5, 0.9])];
  const { mean: change, low, high } = difference(before, [measured("a", [0.2, 0.6, 1]).answers]);
  for (const value of [change, low, high]) close(value, 0.1);
});

reports("what --json wrote is compared with, set by set; other questions are refused", () =>
  inFolder(async (folder) => {
    const path = join(folder, "before.json");
    const scoresOf = ({ set, answers }: Measured) => ({
      name: set.name,
      scores: answers.map(({ question, score }) => ({ query: question.query, ndcg10: score.ndcg10 })),
    });
    await writeFile(path, JSON.stringify({ sets: [measured("a", [0.5, 0.5]), measured("b", [0])].map(scoresOf) }));
    const earlier = await readEarlier(path);
    const changes = compare(earlier, [measured("a", [1, 0.5]), measured("b", [1])]);
    assert.equal(
      changes.map(({ name, change }) => [name, change.mean]),
      [
        ["a", 0.25],
        ["b", 1],
        ["mean", 0.625],
      ],
    );
    for (const other of [measured("a", [1]), measured("c", [1]), measured("a", [1, 1, 1])])
      assert.throws(() => compare(earlier, [other]), /other questions/);
  }),
);

reports("a set left out is scored under the weights that are best for the others, the first of equals", () => {
  const usual = { weights: "usual", scores: [0.5, 0.5, 0.5] };
  // Best of all by what it does for the first, which is what must not count there.
  const other = { weights: "other", scores: [1, 0.6, 0.3] };
  const { sets, mean: all, lowest, highest } = chosenWithout(["a", "b", "c"], [usual, other]);
  assert.equal(
    sets.map(({ weights, ndcg10 }) => [weights, ndcg10]),
    [
      ["usual", 0.5],
      ["other", 0.6],
      ["other", 0.3],
    ],
  );
  for (const [actual, expected] of [
    [all, 1.4 / 3],
    [lowest, 0.5],
    [highest, 1.9 / 3],
  ] as const)
    close(actual, expected);
  assert.throws(() => chosenWithout(["a"], [usual]), /two sets/);
});

reports.run();

const sets = suite("eval: any repository");

sets("a label is the prefix and the path below the repository; one outside the root stays, and can't be found", () =>
  inFolder(async (folder) => {
    const questions = join(folder, "questions.json");
    const relevant = ["pkg/src/a.ts", { path: "pkg/docs/b.md", start_line: 3, end_line: 5 }];
    await writeFile(questions, JSON.stringify([{ query: "what", relevant, secondary: ["pkg/src/c.ts"] }]));
    const set = await repositorySet("own", folder, questions, "./src/", "pkg/");
    assert.is(set.folder, join(folder, "src"));
    assert.equal(set.questions[0]?.targets, [
      file("pkg/src/a.ts"),
      { path: "pkg/docs/b.md", lines: { start: 3, end: 5 } },
      file("pkg/src/c.ts"),
    ]);
    const found = ["a.ts", "c.ts", "docs/b.md"].map((path) => hit(set.labelOf(path)));
    close(scoreOf(set.questions[0]!.targets, found).recall10, 2 / 3);
  }),
);

sets.run();
