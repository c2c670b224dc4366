import { basename, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { projectFile } from "../../src/runtime/mod.ts";
import { searchSignals } from "../../src/services/search/mod.ts";
import { compare, readEarlier } from "./earlier.ts";
import { type EvalGateway, startEvalGateway } from "./eval-gateway.ts";
import { type Loaded, loadData, repositorySet } from "./eval-set.ts";
import { type LeftOut, leaveOneOut, leftOutTable } from "./leave-one-out.ts";
import { ask, type Measured, measure } from "./measure.ts";
import {
  aligned,
  type Change,
  changeCells,
  changeHead,
  changesTable,
  difference,
  overall,
  summaryOf,
  table,
} from "./report.ts";

const usage = `usage: npm run eval -- [--data DIR]… [--repo PATH --questions FILE [--root FOLDER] [--prefix P]] [--embedder static|hashed] [--ablate] [--leave-one-out] [--against FILE] [--json] [--verbose]
Without --data and --repo: our own questions about this repository.
  --data DIR        a published set: code-search (its repositories are fetched) or a corpus with queries and qrels
  --repo PATH       any repository, with --questions in the form of code-search/*.json
  --root FOLDER     the folder below PATH to index
  --prefix P        what labels carry in front of the path below PATH
  --embedder NAME   another embedder than the default
  --ablate          again without each signal in turn: what it is worth
  --leave-one-out   each set under the weights that are best for all the others
  --against FILE    what --json gave of another setting: the change from there, with its interval
  --json            one object instead of tables
  --verbose         every question that was not answered perfectly, with what was found`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      data: { type: "string", multiple: true, default: [] },
      repo: { type: "string" },
      questions: { type: "string" },
      root: { type: "string", default: "" },
      prefix: { type: "string", default: "" },
      embedder: { type: "string" },
      ablate: { type: "boolean", default: false },
      "leave-one-out": { type: "boolean", default: false },
      against: { type: "string" },
      json: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    say(usage);
    return 0;
  }
  // Read before the measuring, which takes minutes.
  const earlier = values.against === undefined ? undefined : await readEarlier(values.against);
  const { sets, missing } = await chosen(values);
  const scale = new Map<string, number>();
  const gateway = await startEvalGateway(sets, scale, values.embedder);
  const measured: Measured[] = [];
  const ablation: Ablated[] = [];
  let leftOut: LeftOut | undefined;
  try {
    for (const set of sets) measured.push(await measure(gateway, set));
    if (values.ablate) ablation.push(...(await ablate(gateway, measured, scale)));
    if (values["leave-one-out"]) leftOut = await leaveOneOut(gateway, measured, scale);
  } finally {
    await gateway.close();
  }
  const changes = earlier && compare(earlier, measured);
  if (values.json) {
    const more = {
      ...(values.ablate && { ablation }),
      ...(leftOut && { leave_one_out: leftOut }),
      ...(changes && { against: changes }),
    };
    say(JSON.stringify({ ...asJson(measured, missing), ...more }));
  } else {
    say(table(measured));
    if (ablation.length > 0) {
      const rows = ablation.map(({ signal, change }) => [signal, ...changeCells(change)]);
      const head = ["signal", ...changeHead];
      say(`\nwithout each signal, the change of the mean nDCG@10 with its 95% interval\n${aligned([head, ...rows])}`);
    }
    if (leftOut !== undefined) say(`\n${leftOutTable(leftOut)}`);
    if (changes !== undefined) say(`\nthe change from ${values.against}\n${changesTable(changes)}`);
    for (const { set } of measured) for (const note of set.notes) say(`${set.name}: ${note}`);
    for (const name of missing) say(`could not be had: ${name}`);
    if (values.verbose) for (const one of measured) say(misses(one));
  }
  return missing.length > 0 ? 1 : 0;
}

interface Ablated {
  readonly signal: string;
  readonly change: Change;
}

/** Asks everything again with one signal at a time switched off. */
async function ablate(
  gateway: EvalGateway,
  measured: readonly Measured[],
  scale: Map<string, number>,
): Promise<Ablated[]> {
  const found: Ablated[] = [];
  for (const signal of searchSignals) {
    scale.set(signal, 0);
    const after = [];
    for (const { set } of measured) after.push(await ask(gateway, set));
    scale.delete(signal);
    found.push({ signal, change: difference(measured, after) });
  }
  return found;
}

interface Choice {
  readonly data: readonly string[];
  readonly repo?: string | undefined;
  readonly questions?: string | undefined;
  readonly root: string;
  readonly prefix: string;
}

async function chosen({ data, repo, questions, root, prefix }: Choice): Promise<Loaded> {
  const cache = projectFile(".cache/eval");
  const loaded = await Promise.all(data.map((folder) => loadData(resolve(folder), cache)));
  const sets = loaded.flatMap((each) => each.sets);
  const missing = loaded.flatMap((each) => each.missing);
  if (repo !== undefined) {
    if (questions === undefined) throw new Error(`--repo needs --questions\n${usage}`);
    sets.push(await repositorySet(sourceName(repo), repo, questions, root, prefix));
  }
  if (sets.length === 0 && missing.length === 0) {
    sets.push(await repositorySet("own", projectFile(""), projectFile("test/eval/own/questions.json"), "", ""));
  }
  return { sets, missing };
}

function sourceName(repo: string): string {
  return (
    basename(resolve(repo))
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/gu, "-") || "repository"
  );
}

function asJson(measured: readonly Measured[], missing: readonly string[]) {
  const sets = measured.map(({ set, answers, indexMs }) => ({
    name: set.name,
    ...summaryOf(answers, indexMs),
    published: set.published,
    notes: set.notes,
    scores: answers.map(({ question, score }) => ({ query: question.query, ndcg10: score.ndcg10 })),
  }));
  return { ...overall(measured), sets, missing };
}

function misses({ set, answers }: Measured): string {
  const lines = [`\n${set.name}`];
  for (const { question, score, found } of answers) {
    if (score.ndcg10 > 0.999) continue;
    const wanted = question.targets.map(({ path, lines: l }) => (l ? `${path}:${l.start}-${l.end}` : path));
    lines.push(`  ${score.ndcg10.toFixed(2)} ${JSON.stringify(question.query)}`, `       wanted ${wanted.join(", ")}`);
    for (const [at, hit] of found.entries()) lines.push(`    ${String(at + 1).padStart(2)} ${hit}`);
  }
  return lines.join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
