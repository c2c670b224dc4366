import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { projectFile } from "../../src/runtime/mod.ts";
import { linkTree } from "../domain/graph/link-tree.ts";
import { fetchRepository } from "../eval/fetch-repository.ts";
import type { PinnedRepository } from "../eval/repositories.ts";
import { compare, type Figures } from "./compare.ts";
import { type Truth, typescriptTruth } from "./typescript-truth.ts";

interface Subject extends PinnedRepository {
  readonly endings: RegExp;
  readonly truth: (root: string, paths: readonly string[]) => Truth;
}

const base = { prefix: "", published: 0 } as const;
const subjects: readonly Subject[] = [
  { ...base, name: "zod", from: "npm", spec: "zod@4.3.6", root: "src", endings: /\.ts$/, truth: typescriptTruth },
  { ...base, name: "redux", from: "npm", spec: "redux@5.0.1", root: "src", endings: /\.ts$/, truth: typescriptTruth },
  {
    ...base,
    name: "click",
    from: "pypi",
    spec: "click==8.4.0",
    root: "src/click",
    endings: /\.py$/,
    truth: pythonTruth,
  },
  {
    ...base,
    name: "starlette",
    from: "pypi",
    spec: "starlette==1.10.0",
    root: "",
    endings: /^starlette\/.*\.py$/,
    truth: pythonTruth,
  },
];

/** Python's `ast`, with the rules of scopes and imports written down a second time. */
function pythonTruth(root: string, paths: readonly string[]): Truth {
  const script = projectFile("test/graph-truth/python_truth.py");
  const { status, stdout, stderr } = spawnSync("python3", [script, root], {
    input: paths.join("\n"),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`);
  const said = JSON.parse(stdout) as { imports: string[]; calls: Truth["calls"] };
  return { imports: new Set(said.imports), calls: said.calls };
}

function filesBelow(root: string, endings: RegExp): string[] {
  return readdirSync(root, { recursive: true })
    .map((path) => String(path).replaceAll("\\", "/"))
    .filter((path) => endings.test(path) && statSync(join(root, path)).isFile())
    .sort();
}

async function figuresOf(subject: Subject, cache: string): Promise<Figures> {
  const root = join(await fetchRepository(subject, cache), subject.root);
  const paths = filesBelow(root, subject.endings);
  const tree = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
  const linked = await linkTree(tree, true);
  return compare(linked, subject.truth(root, paths), paths.length, (path) => path in tree);
}

const percent = (value: number) => value.toFixed(3);

const { values } = parseArgs({
  options: { cache: { type: "string" }, only: { type: "string" }, verbose: { type: "boolean", default: false } },
});
const cache = values.cache ?? projectFile(".cache/eval");
let failed = false;
console.log("| package | files | imports: precision | recall | exact calls | precision | recall |");
console.log("|---|---|---|---|---|---|---|");
for (const subject of subjects.filter(({ name }) => values.only === undefined || values.only === name)) {
  const { files, imports, calls, wrong, missed } = await figuresOf(subject, cache);
  const parts = [
    subject.spec,
    files,
    percent(imports.precision),
    percent(imports.recall),
    calls.ours,
    percent(calls.precision),
    percent(calls.recall),
  ];
  console.log(`| ${parts.join(" | ")} |`);
  if (values.verbose) for (const one of wrong) console.log(`  not so: ${one}`);
  if (values.verbose) for (const one of missed) console.log(`  missed: ${one}`);
  failed ||= imports.precision < 0.98 || imports.recall < 0.98 || calls.precision < 0.95;
}
if (failed) {
  console.error("below 0.98 for imports or 0.95 for exact calls");
  process.exitCode = 1;
}
