import { isStopWord, splitIdentifier, stem } from "../../../domain/text/mod.ts";

export interface PathWords {
  /** Stems of the file's name, without its extension. */
  readonly name: readonly string[];
  /** Stems of the folders' names. */
  readonly folders: readonly string[];
  readonly versions: readonly { readonly folder: string; readonly version: number }[];
}

export function stems(name: string): string[] {
  const found = new Set<string>();
  for (const word of name.split(/[^\p{L}\p{N}_]+/u)) {
    for (const part of splitIdentifier(word)) {
      const small = part.toLowerCase();
      if (small.length > 1 && !isStopWord(small)) found.add(stem(small));
    }
  }
  return [...found];
}

export function pathWords(path: string): PathWords {
  const segments = path.split("/");
  const file = segments.pop() as string;
  const dot = file.indexOf(".", 1);
  const versions: { folder: string; version: number }[] = [];
  for (const [depth, segment] of segments.entries()) {
    const number = /^v(\d{1,3})$/.exec(segment)?.[1];
    if (number) versions.push({ folder: segments.slice(0, depth).join("/"), version: Number(number) });
  }
  return { name: stems(dot > 0 ? file.slice(0, dot) : file), folders: stems(segments.join("/")), versions };
}
