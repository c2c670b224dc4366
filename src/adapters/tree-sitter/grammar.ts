import { readFile } from "node:fs/promises";
import { Language, Parser, type Tree } from "web-tree-sitter";
import { projectFile } from "../../runtime/mod.ts";
import type { LanguageSpec, Rule } from "./language-spec.ts";

export const Flag = { named: 1, leading: 2, body: 4, wrapper: 8, leaf: 16, comment: 32 } as const;

/** A loaded grammar with its tables by node type id. */
export interface Grammar {
  readonly spec: LanguageSpec;
  readonly flags: Uint8Array;
  readonly rules: readonly (Rule | undefined)[];
  /** The tree, to be deleted by the caller; undefined when it took longer than `parseMs`. */
  parse(text: string, parseMs: number): Tree | undefined;
}

/**
 * Memory of all grammars of a thread, in 64 KiB pages. It never shrinks, and error recovery on hostile text can ask
 * for gigabytes, so a parse stops at the soft limit (trees of real files of 1 MB take up to 60 MB); past the hard one
 * an allocation fails, which ends the thread.
 */
const initialPages = 512;
const hardPages = 4_096;
const softBytes = 160 * 1024 * 1024;
let memory: WebAssembly.Memory | undefined;

/** Bytes that the grammars of this thread hold. */
export function grammarMemory(): number {
  return memory?.buffer.byteLength ?? 0;
}

let ready: Promise<void> | undefined;
const grammars = new Map<string, Promise<Grammar>>();

/** Loads a grammar once per thread. The bytes are read here: no runtime then fetches or resolves anything. */
export function loadGrammar(spec: LanguageSpec): Promise<Grammar> {
  let grammar = grammars.get(spec.grammar);
  if (grammar === undefined) {
    grammar = open(spec);
    grammars.set(spec.grammar, grammar);
  }
  return grammar;
}

async function open(spec: LanguageSpec): Promise<Grammar> {
  ready ??= start();
  await ready;
  const file = `node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${spec.grammar}.wasm`;
  const language = await Language.load(await readFile(projectFile(file)));
  const parser = new Parser();
  parser.setLanguage(language);
  const { flags, rules } = tables(language, spec);
  return {
    spec,
    flags,
    rules,
    parse(text, parseMs) {
      const deadline = Date.now() + parseMs;
      const limit = Math.max(softBytes, grammarMemory());
      const tooMuch = () => Date.now() > deadline || grammarMemory() > limit;
      const tree = parser.parse(text, null, { progressCallback: tooMuch });
      if (tree !== null) return tree;
      parser.reset();
      return undefined;
    },
  };
}

async function start(): Promise<void> {
  const wasmBinary = await readFile(projectFile("node_modules/web-tree-sitter/web-tree-sitter.wasm"));
  memory = new WebAssembly.Memory({ initial: initialPages, maximum: hardPages });
  await Parser.init({ wasmBinary, wasmMemory: memory });
}

function tables(language: Language, spec: LanguageSpec): Pick<Grammar, "flags" | "rules"> {
  const count = language.nodeTypeCount;
  const flags = new Uint8Array(count);
  const rules = new Array<Rule | undefined>(count).fill(undefined);
  for (let id = 0; id < count; id += 1) {
    if (!language.nodeTypeIsNamed(id)) continue;
    const type = language.nodeTypeForId(id);
    if (type === null) continue;
    let flag: number = Flag.named;
    if (spec.leading.includes(type)) flag |= type.includes("comment") ? Flag.leading | Flag.comment : Flag.leading;
    if (spec.bodies.includes(type)) flag |= Flag.body;
    if (spec.wrappers.includes(type)) flag |= Flag.wrapper;
    if (spec.leaves.includes(type)) flag |= Flag.leaf;
    flags[id] = flag;
    rules[id] = spec.rules.get(type);
  }
  return { flags, rules };
}
