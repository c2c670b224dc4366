import type { HandOut, ImportedNames } from "./graph-language.ts";
import { isQuoted, tokensOf, unquoted } from "./statement-tokens.ts";

/** `import …` and `export … from`, whatever their layout; an `export {…}` of its own hands on what it renames. */
export function moduleStatement(statement: string): ImportedNames | undefined {
  const tokens = tokensOf(statement);
  const reexport = tokens[0] === "export";
  const from = tokens.lastIndexOf("from");
  const quoted = tokens.findLast(isQuoted);
  const specifier = quoted === undefined || (reexport && from < 0) ? "" : unquoted(quoted);
  if (specifier === "" && !reexport) return undefined;
  if (tokens.includes("require")) {
    return { specifier, names: [{ imported: "*", local: tokens[1] ?? "" }], reexport: false };
  }
  const names: { imported: string; local: string }[] = [];
  const stop = from < 0 ? tokens.length : from;
  let braces = false;
  for (let at = 1; at < stop; at += 1) {
    const token = tokens[at]!;
    if (token === "{" || token === "}") braces = token === "{";
    if (!isName(token) && !isQuoted(token)) continue;
    const next = tokens[at + 1] ?? "";
    // `type` is a modifier unless it is the name itself.
    if (token === "type" && at + 1 < stop && next !== "as" && (isName(next) || next === "{")) continue;
    const name = isQuoted(token) ? unquoted(token) : token;
    const alias = next === "as" ? tokens[at + 2] : undefined;
    if (alias !== undefined) at += 2;
    if (braces || token === "*") {
      names.push({ imported: name, local: alias === undefined ? name : isQuoted(alias) ? unquoted(alias) : alias });
    } else if (from >= 0) names.push({ imported: "default", local: name });
  }
  return { specifier, names, reexport };
}

function isName(token: string): boolean {
  return /^[\w$*\u0080-\uffff]/.test(token);
}

const declared =
  /^export\s+default\s+(?:async\s+)?(?:abstract\s+)?(?:class|function\s*\*?|interface|enum)\s*([\w$\u0080-\uffff]+)/;
const value = /^export\s*(?:default\s|=)\s*([\w$\u0080-\uffff]+)\s*(?:;|$)/m;

/** What an export statement hands out under another name, of another file, or of several at once. */
export function exportStatement(text: string, start: number, end: () => number): HandOut | undefined {
  const head = text.slice(start, start + 300);
  if (/^export\s+(?:type\s+)?[{*]/.test(head)) {
    const to = end();
    const fact = moduleStatement(text.slice(start, to));
    if (fact === undefined || fact.specifier !== "") return fact && { at: start, names: [], fact, end: to };
    const names = fact.names.map(({ imported }) => imported);
    const renamed = fact.names.filter(({ imported, local }) => imported !== local);
    return { at: start, names, fact: { ...fact, names: renamed }, end: to };
  }
  if (/^export\s+(?:declare\s+)?(?:const|let|var)\s/.test(head)) return { at: start, names: [], declaresTo: end() };
  const name = declared.exec(head)?.[1] ?? value.exec(head)?.[1];
  if (name === undefined || /^(?:async|class|function|new|await)$/.test(name)) return undefined;
  return { at: start, names: [name], fact: renaming(name, "default") };
}

/** What CommonJS assigns to `exports`. */
export function commonExports(text: string): HandOut[] {
  const found: HandOut[] = [];
  if (!text.includes("exports")) return found;
  const assigned =
    /\bmodule\.exports\s*=\s*(?:\{([^{}]*)\}|([\w$]+)\s*(?:;|$))|\b(?:module\.)?exports\.([\w$]+)\s*=\s*([\w$]+)\s*(?:;|$)/gm;
  for (const match of text.matchAll(assigned)) {
    const [, list, whole, as, name] = match;
    const at = match.index;
    if (whole !== undefined) found.push({ at, names: [whole], fact: renaming(whole, "default") });
    else if (name !== undefined && as !== undefined) {
      found.push({ at, names: [name], fact: renaming(name, as) });
    } else if (list !== undefined) {
      for (const part of list.split(",")) {
        const [, key, held] = /^\s*([\w$]+)\s*(?::\s*([\w$]+))?\s*$/.exec(part) ?? [];
        if (key !== undefined) found.push({ at, names: [held ?? key], fact: renaming(held ?? key, key) });
      }
    }
  }
  return found;
}

function renaming(imported: string, local: string): ImportedNames {
  return { specifier: "", names: imported === local ? [] : [{ imported, local }], reexport: true };
}
