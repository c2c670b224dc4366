import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fetchRepository } from "./fetch-repository.ts";
import { type Question, readQuestions } from "./questions.ts";
import { repositories } from "./repositories.ts";

/** A folder to index and questions that it answers. */
export interface EvalSet {
  readonly name: string;
  readonly folder: string;
  /** From a hit's path to a label's. */
  readonly labelOf: (path: string) => string;
  readonly questions: readonly Question[];
  readonly published: number | undefined;
  /** Questions left out, and why. */
  readonly notes: readonly string[];
}

export interface Loaded {
  readonly sets: readonly EvalSet[];
  /** Sets that could not be had, by name, with the reason. */
  readonly missing: readonly string[];
}

/** Loads a published set's folder: `corpus.jsonl` beside `queries.jsonl`, or one `*.json` a repository. */
export async function loadData(folder: string, cache: string): Promise<Loaded> {
  if (existsSync(join(folder, "corpus.jsonl"))) return { sets: [await loadCorpus(folder, cache)], missing: [] };
  const sets: EvalSet[] = [];
  const missing: string[] = [];
  for (const repository of repositories) {
    const file = join(folder, `${repository.name}.json`);
    if (!existsSync(file)) continue;
    try {
      const top = await fetchRepository(repository, cache);
      const set = await repositorySet(repository.name, top, file, repository.root, repository.prefix);
      sets.push(withoutAbsent({ ...set, published: repository.published }, top, repository.prefix));
    } catch (error) {
      missing.push(`${repository.name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    }
  }
  if (sets.length === 0 && missing.length === 0) throw new Error(`${folder} holds no set that is known here`);
  return { sets, missing };
}

/** Any repository: a label is the prefix and the path below `repo`; one outside the root can't be found and counts. */
export async function repositorySet(
  name: string,
  repo: string,
  questionsFile: string,
  root: string,
  prefix: string,
): Promise<EvalSet> {
  const inner = root.replace(/^\.?\/+|\/+$/gu, "");
  return {
    name,
    folder: resolve(repo, inner),
    labelOf: (path) => `${prefix}${inner === "" ? "" : `${inner}/`}${path}`,
    questions: await readQuestions(questionsFile),
    published: undefined,
    notes: [],
  };
}

function withoutAbsent(set: EvalSet, top: string, prefix: string): EvalSet {
  const isThere = (path: string) => path.startsWith(prefix) && existsSync(join(top, path.slice(prefix.length)));
  const questions = set.questions.filter(({ targets }) => targets.every(({ path }) => isThere(path)));
  const out = set.questions.filter((question) => !questions.includes(question));
  const notes = out.map(({ query }) => `left out, its labelled file is not in the package: "${query}"`);
  return { ...set, questions, notes: [...set.notes, ...notes] };
}

/** A corpus of single functions becomes a folder of one file each. */
async function loadCorpus(folder: string, cache: string): Promise<EvalSet> {
  const name = basename(resolve(folder));
  const target = join(cache, name);
  const lines = async <T>(file: string) =>
    (await readFile(join(folder, file), "utf8"))
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as T);
  const corpus = await lines<{ id: string; text: string }>("corpus.jsonl");
  if (!existsSync(join(target, "complete"))) {
    await mkdir(join(target, "corpus"), { recursive: true });
    for (const { id, text } of corpus) await writeFile(join(target, "corpus", `${id}.py`), `${text}\n`);
    await writeFile(join(target, "complete"), "");
  }
  const answers = new Map<string, string[]>();
  for (const line of (await readFile(join(folder, "qrels.tsv"), "utf8")).split("\n").slice(1)) {
    const [query, document, gain] = line.split("\t");
    if (query && document && Number(gain) > 0) answers.set(query, [...(answers.get(query) ?? []), document]);
  }
  const queries = await lines<{ id: string; text: string }>("queries.jsonl");
  return {
    name,
    folder: join(target, "corpus"),
    labelOf: (path) => path,
    questions: queries.map(({ id, text }) => ({
      query: text,
      category: "web",
      targets: (answers.get(id) ?? []).map((document) => ({ path: `${document}.py`, lines: undefined })),
    })),
    published: undefined,
    notes: [],
  };
}
