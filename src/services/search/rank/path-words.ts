import { isStopWord, splitIdentifier, stem } from "../../../domain/text/mod.ts";
import { marksOf, type PathMarks } from "./path-marks.ts";
import { remembered } from "./remembered.ts";

export interface PathWords {
  /** Stems of the file's name, without its extension. */
  readonly name: readonly string[];
  /** Stems of the nearest folder's name. */
  readonly folder: readonly string[];
  /** Whether the file's name says nothing by itself (index, utils, base): then its folder names it. */
  readonly generic: boolean;
  readonly versions: readonly { readonly folder: string; readonly version: number }[];
  readonly marks: PathMarks;
}

const generic =
  /^_*(?:index|init|mod|main|lib|utils?|helpers?|base|common|core|defaults?|types?|models?|impl|shared|misc|doc|package-info)_*$/iu;

/** Stems of the words in a name; each once, without those that say nothing. */
export const stems = remembered(stemsOf);

function stemsOf(name: string): readonly string[] {
  const found = new Set<string>();
  for (const word of name.split(/[^\p{L}\p{N}_]+/u)) {
    for (const part of splitIdentifier(word)) {
      const small = part.toLowerCase();
      if (small.length > 1 && !isStopWord(small)) found.add(stem(small));
    }
  }
  return [...found];
}

export const pathWords = remembered(wordsOfPath);

function wordsOfPath(path: string): PathWords {
  const segments = path.split("/");
  const file = segments.pop() as string;
  const dot = file.indexOf(".", 1);
  const versions: { folder: string; version: number }[] = [];
  for (const [depth, segment] of segments.entries()) {
    const number = /^v(\d{1,3})$/.exec(segment)?.[1];
    if (number) versions.push({ folder: segments.slice(0, depth).join("/"), version: Number(number) });
  }
  const bare = dot > 0 ? file.slice(0, dot) : file;
  return {
    name: stems(bare),
    folder: stems(segments.at(-1) ?? ""),
    generic: generic.test(bare),
    versions,
    marks: marksOf(path),
  };
}
