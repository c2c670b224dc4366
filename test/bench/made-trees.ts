import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dice } from "../crash/dice.ts";
import { commitAll } from "./trees.ts";

/** What a made tree is to hold. The same recipe gives the same bytes. */
export interface Recipe {
  /** Sources of some functions and classes that call one another, with comments. */
  readonly code: { readonly files: number; readonly bytes: number };
  /** Markdown with headings, sentences and snippets. */
  readonly prose?: { readonly files: number; readonly bytes: number };
  /** Bytes that are no text: read, and not indexed. */
  readonly binary?: { readonly files: number; readonly bytes: number };
}

export const recipes = {
  "10,000 files": { code: { files: 10_000, bytes: 1_500 } },
  "100,000 files": { code: { files: 100_000, bytes: 1_500 } },
  "50,000 files, 1 GB": {
    code: { files: 35_000, bytes: 8_000 },
    prose: { files: 5_000, bytes: 6_000 },
    binary: { files: 10_000, bytes: 70_000 },
  },
} as const satisfies Record<string, Recipe>;

export type MadeTree = keyof typeof recipes;

/** Files of a folder. */
const perFolder = 100;

/** A Git repository with one commit, made in the cache on first use; returns its path. */
export function madeTree(cache: string, name: MadeTree): string {
  const recipe: Recipe = recipes[name];
  const root = join(cache, `made-${name.replace(/\W+/g, "-")}`);
  // Told apart by what they are made from: another recipe is another tree.
  const mark = join(
    root,
    `.git/made-${createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12)}`,
  );
  if (existsSync(mark)) return root;
  rmSync(root, { recursive: true, force: true });
  const { code, prose, binary } = recipe;
  for (let n = 0; n < code.files; n++) {
    const [ending, text] = n % 3 === 2 ? ["py", python(n, code.bytes)] : ["ts", typescript(n, code.bytes)];
    put(root, `src/part-${part(n)}/module-${n}.${ending}`, text);
  }
  for (let n = 0; n < (prose?.files ?? 0); n++) put(root, `docs/part-${part(n)}/page-${n}.md`, page(n, prose!.bytes));
  for (let n = 0; n < (binary?.files ?? 0); n++)
    put(root, `data/part-${part(n)}/blob-${n}.bin`, noise(n, binary!.bytes));
  commitAll(root, "as made");
  writeFileSync(mark, "");
  return root;
}

/** The same path for a source at any time. */
export function sourceOf(root: string, n: number): string {
  return join(root, `src/part-${part(n)}/module-${n}.${n % 3 === 2 ? "py" : "ts"}`);
}

/** The tree at its first commit, its index refreshed: else every look at a fresh copy reads all files. */
export function asMade(root: string): void {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  git("reset", "-q", "--hard", git("rev-list", "--max-parents=0", "HEAD"));
  git("update-index", "-q", "--refresh");
}

const part = (n: number) => Math.floor(n / perFolder);

function put(root: string, path: string, content: string | Uint8Array): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
}

const words = (
  "account address agent amount archive balance batch branch bucket buffer cache channel client cluster column commit " +
  "config context counter cursor customer deadline digest document driver element engine entry event export factory " +
  "field filter format frame gateway group handle header history image import index input invoice iterator journal key " +
  "label layer ledger length level limit listener location locale manager message metric model module monitor node notice " +
  "number object offset option order owner packet page parser partition password path payload peer period plugin pointer " +
  "policy pool position price printer process profile project property proxy query queue range reader record region " +
  "registry report request resource response result role route row sample schedule schema scope section segment sender " +
  "sequence service session shard signal size slot snapshot socket sort source stage state status storage stream string " +
  "style subject summary symbol table target task template tenant text thread ticket time token topic total trace tree " +
  "type unit update user value vector version view volume watcher weight window worker writer zone"
).split(" ");
const verbs =
  "apply build check close collect compare compute copy count create decode delete encode fetch find format load map merge move open pack parse push read reduce remove render resolve save scan send sort split store sum take update validate walk write".split(
    " ",
  );

/** Words as one seed deals them. */
function dealer(seed: number) {
  const random = dice(seed + 1);
  const word = () => words[random.below(words.length)]!;
  const verb = () => verbs[random.below(verbs.length)]!;
  const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);
  return { random, word, verb, capital };
}

function until(bytes: number, first: string, more: (n: number) => string): string {
  let text = first;
  for (let n = 0; text.length < bytes; n++) text += more(n);
  return text;
}

function typescript(n: number, bytes: number): string {
  const { random, word, verb, capital } = dealer(n);
  const near = Math.max(0, n - 1 - random.below(20));
  const first = `import { ${verb()}${capital(word())} } from "../part-${part(near)}/module-${near}.ts";\n\n/** ${capital(word())} of the ${word()} ${n}. */\n`;
  return until(bytes, first, (i) => {
    const [a, b, c] = [word(), word(), word()];
    const name = `${verb()}${capital(a)}${capital(b)}${i}`;
    return [
      `/** ${capital(verb())}s the ${a} of a ${b}, or gives its ${c} where there is no ${word()}. */`,
      `export function ${name}(${a}: string, ${b}: number, ${c}: readonly string[]): string {`,
      `  const ${word()}${random.below(90)} = ${c}.filter((one) => one.length > ${random.below(90)}).map((one) => one + ${a});`,
      `  if (${b} > ${random.below(9_000)}) return ${verb()}${capital(word())}(${a}, ${b});`,
      `  for (const one of ${c}) if (one === "${word()}-${word()}") return one;`,
      `  return \`\${${a}} ${word()} \${${b} + ${random.below(500)}} ${word()}\`;`,
      "}",
      "",
      "",
    ].join("\n");
  });
}

function python(n: number, bytes: number): string {
  const { random, word, verb, capital } = dealer(n);
  const first = `"""${capital(verb())}s the ${word()} of ${word()} ${n}."""\n\nfrom ${word()} import ${verb()}_${word()}\n\n\nclass ${capital(word())}${capital(word())}${n}:\n`;
  return until(bytes, first, (i) => {
    const [a, b] = [word(), word()];
    return [
      `    def ${verb()}_${a}_${i}(self, ${a}, ${b}=${random.below(100)}):`,
      `        """${capital(verb())} the ${a} before its ${b} is ${word()}."""`,
      `        ${word()}_${random.below(90)} = [one for one in ${a} if one.${word()} > ${b}]`,
      `        if ${b} == ${random.below(9_000)}:`,
      `            return ${verb()}_${word()}(${a}, "${word()} ${word()}")`,
      `        return self.${verb()}_${word()}(${a}) + ${random.below(500)}`,
      "",
      "",
    ].join("\n");
  });
}

function page(n: number, bytes: number): string {
  const { random, word, verb, capital } = dealer(n);
  const sentence = () =>
    `${capital(verb())} the ${word()} of each ${word()} before the ${word()} is ${word()}, since a ${word()} of ${random.below(900)} has no ${word()}. `;
  return until(
    bytes,
    `# ${capital(word())} and ${word()} ${n}\n\n`,
    (i) =>
      `## ${capital(verb())} a ${word()} ${i}\n\n${sentence()}${sentence()}${sentence()}\n\n\`\`\`\n${verb()} --${word()} ${random.below(99)}\n\`\`\`\n\n`,
  );
}

function noise(n: number, bytes: number): Uint8Array {
  const { random } = dealer(n);
  const block = Uint8Array.from({ length: 4_096 }, () => random.below(256));
  block[0] = 0;
  const all = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += block.length) all.set(block.subarray(0, bytes - at), at);
  // No two alike, so that nothing is read once for many.
  new DataView(all.buffer).setUint32(8, n);
  return all;
}
