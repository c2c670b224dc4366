import type { Token } from "./tokens.ts";

const isDot = (token: Token | undefined): boolean => token?.kind === "sign" && token.text === ".";
const isPart = (token: Token | undefined): token is Token => token?.kind === "word" || token?.kind === "quoted";

/** `apoc.text.join` from its first part on, however it is quoted and spaced. */
export function nameFrom(tokens: readonly Token[], from: number): string {
  const parts: string[] = [];
  for (let at = from; ; at += 2) {
    const part = tokens[at];
    if (!isPart(part)) break;
    parts.push(plain(part));
    if (!isDot(tokens[at + 1])) break;
  }
  return parts.join(".");
}

/** The name that ends before a token, "" for none, and where it begins. */
export function nameBefore(tokens: readonly Token[], end: number): { readonly name: string; readonly from: number } {
  let from = end;
  if (!isPart(tokens[end - 1])) return { name: "", from };
  from = end - 1;
  while (isDot(tokens[from - 1]) && isPart(tokens[from - 2])) from -= 2;
  return { name: nameFrom(tokens, from), from };
}

function plain({ kind, text }: Token): string {
  return kind === "quoted" ? text.slice(1, -1).replaceAll("``", "`") : text;
}
