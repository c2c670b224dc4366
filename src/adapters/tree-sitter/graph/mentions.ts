import type { ImportFact, Mention, MentionKind } from "../../../domain/graph/mod.ts";
import { type LineTable, lineAt } from "../line-table.ts";
import { type Captures, markOffset, markRole, Role, roleAt, type Span } from "./captures.ts";
import type { Defined, Extent } from "./definitions.ts";
import type { GraphLanguage } from "./graph-language.ts";
import { isMember, memberAfter, nameEnd, qualifierBefore, type Spelling, skipSpace } from "./read-name.ts";
import { ScopeWalk } from "./scopes.ts";

/** Mentions kept of one file, the first ones: what people write has a tenth; generated tables have any number. */
export const mentionLimit = 5_000;

interface Found {
  readonly mentions: readonly Mention[];
  readonly leftOut: number;
}

/**
 * Turns marked identifiers into mentions, in line order, each kind, qualifier and name once in a definition. Statements
 * that are `silent` mention nothing: what they name is said elsewhere. Variables at the offsets of `loaded` stand for what
 * a module hands out, so they are no local names.
 */
export function readMentions(
  captures: Captures,
  silent: readonly Span[],
  defined: Defined,
  imports: readonly ImportFact[],
  loaded: ReadonlySet<number>,
  language: GraphLanguage,
  text: string,
  table: LineTable,
): Found {
  const { definitions, extents } = defined;
  const names = importedNames(imports);
  const top = new Set(definitions.filter(({ parent }) => parent < 0).map(({ name }) => name));
  const starts = new Map(extents.map((extent) => [extent.start, extent.name]));
  const isKnown = (name: string, offset: number) => starts.get(offset) === name || loaded.has(offset);
  const scopes = ScopeWalk.of(captures, text, isKnown);
  const { builtins, spelling } = language;
  const isBuiltin = (name: string) => builtins.has(name) && !names.locals.has(name) && !top.has(name);
  const mentions: Mention[] = [];
  const seen = new Set<string>();
  let leftOut = 0;
  let line = 0;

  const add = (kind: MentionKind, name: string, qualifier: string, from: number, offset: number) => {
    const key = `${from} ${kind} ${qualifier} ${name}`;
    if (name === "" || seen.has(key)) return;
    if (mentions.length >= mentionLimit) {
      leftOut += 1;
      return;
    }
    seen.add(key);
    line = lineAt(table, offset, table.starts[line]! <= offset ? line : 0);
    mentions.push({ kind, name, qualifier, from, lines: { start: line + 1, end: line + 1 } });
  };

  const open: Extent[] = [];
  let nextExtent = 0;
  let nextSilent = 0;
  for (const mark of captures.marks) {
    const offset = markOffset(mark);
    const role = markRole(mark);
    if (role === Role.skip || role === Role.local) continue;
    while (silent[nextSilent] !== undefined && silent[nextSilent]!.end <= offset) nextSilent += 1;
    const statement = silent[nextSilent];
    if (statement !== undefined && statement.start <= offset) continue;
    while (nextExtent < extents.length && extents[nextExtent]!.start <= offset) {
      const extent = extents[nextExtent]!;
      while (open.length > 0 && open.at(-1)!.end <= extent.start) open.pop();
      open.push(extent);
      nextExtent += 1;
    }
    while (open.length > 0 && open.at(-1)!.end <= offset) open.pop();
    const within = open.at(-1);
    // The runner's function that makes the case.
    if (within?.isCase === true && offset < within.nameAt) continue;
    const from = within?.index ?? -1;
    const end = nameEnd(text, offset, spelling);
    const name = text.slice(offset, end);
    // A name that the grammar only missed.
    if (name === "") continue;

    if (role === Role.id || (role === Role.token && !isCalled(text, end))) {
      if (text[offset - 1] === "$" || isMember(text, offset, spelling) || isBuiltin(name)) continue;
      const bound = names.locals.has(name) || names.prefixes.has(name);
      const worth = bound || isCapital(name) || top.has(name) || language.packageScope === true;
      if (!worth || within?.name === name || scopes.binds(name, offset) || isAssigned(text, end)) continue;
      const member = bound || isCapital(name) ? chainMember(text, name, end, names, spelling) : undefined;
      if (member !== undefined) {
        if (!isRead(captures.marks, text, member)) add("reference", member.name, member.qualifier, from, member.at);
        if (names.modules.has(name) || names.prefixes.has(name)) continue;
      }
      add("reference", name, "", from, offset);
      continue;
    }
    const qualifier = qualifierBefore(text, offset, spelling);
    if (qualifier === "" && (isBuiltin(name) || scopes.binds(name, offset))) continue;
    switch (role) {
      case Role.type:
        // A module on the way to a name is no mention of its own.
        if (!isCapital(name) && memberAfter(text, end, spelling) >= 0) break;
        if (qualifier !== "" || within?.name !== name) add("reference", name, qualifier, from, offset);
        break;
      case Role.decorator:
        add("call", name, qualifier, decorated(offset, extents, nextExtent, within, language), offset);
        break;
      case Role.derived:
        if (isCapital(name))
          add("reference", name, qualifier, decorated(offset, extents, nextExtent, within, language), offset);
        break;
      case Role.base: {
        const isClass = definitions[from]?.kind !== "interface" && !/^I\p{Lu}/u.test(name);
        add(
          isClass || definitions[from]?.kind === "interface" ? "extends" : "implements",
          name,
          qualifier,
          from,
          offset,
        );
        break;
      }
      case Role.extends:
      case Role.implements:
        add(role === Role.extends ? "extends" : "implements", name, qualifier, within?.self ?? -1, offset);
        break;
      default:
        if (spelling === "shell" && name.includes("/")) add("path", name, "", from, offset);
        else if (spelling === "ruby" && name === "new" && /^[A-Z][\w:]*$/.test(qualifier)) {
          // `A::B.new` makes a B.
          const cut = qualifier.lastIndexOf("::");
          add("call", qualifier.slice(cut < 0 ? 0 : cut + 2), qualifier.slice(0, Math.max(0, cut)), from, offset);
        } else add("call", name, qualifier, from, offset);
    }
  }
  // Members of a chain are read ahead of what stands between.
  mentions.sort((a, b) => a.lines.start - b.lines.start);
  return { mentions, leftOut };
}

/** A decorator speaks of what it stands in, where the language has it so, or else of the definition that follows. */
function decorated(
  offset: number,
  extents: readonly Extent[],
  next: number,
  within: Extent | undefined,
  language: GraphLanguage,
): number {
  const following = extents[next];
  const inside = language.annotations === true || (within !== undefined && offset < within.nameAt);
  if (following === undefined || inside) return within?.index ?? -1;
  return within === undefined || following.start < within.end ? following.index : within.index;
}

interface ImportedNames {
  readonly locals: ReadonlySet<string>;
  /** Of those, the ones that stand for a whole module. */
  readonly modules: ReadonlySet<string>;
  /** `os` of an imported `os.path`. */
  readonly prefixes: ReadonlySet<string>;
}

function importedNames(imports: readonly ImportFact[]): ImportedNames {
  const locals = new Set<string>();
  const modules = new Set<string>();
  const prefixes = new Set<string>();
  for (const { names, reexport } of imports) {
    if (reexport) continue;
    for (const { imported, local } of names) {
      locals.add(local);
      if (imported !== "*") continue;
      modules.add(local);
      for (let dot = local.indexOf("."); dot > 0; dot = local.indexOf(".", dot + 1)) prefixes.add(local.slice(0, dot));
    }
  }
  return { locals, modules, prefixes };
}

/** Whether the member is a mention of its own, as a call or a base. */
function isRead(marks: Float64Array, text: string, member: { readonly at: number; readonly end: number }): boolean {
  const role = roleAt(marks, member.at);
  return (role >= Role.extends && role <= Role.type) || text[skipSpace(text, member.end)] === "(";
}

/** The member that follows a name, past the dots of an imported module's own name. */
function chainMember(text: string, first: string, from: number, names: ImportedNames, spelling?: Spelling) {
  let qualifier = first;
  let end = from;
  for (;;) {
    const at = memberAfter(text, end, spelling);
    if (at < 0) return undefined;
    end = nameEnd(text, at);
    const name = text.slice(at, end);
    const longer = `${qualifier}.${name}`;
    if (names.prefixes.has(longer) || names.modules.has(longer)) qualifier = longer;
    else return { name, qualifier, at, end };
  }
}

function isCapital(name: string): boolean {
  const first = name[0]!;
  return first !== first.toLowerCase();
}

/** A call or a macro's call, in text that the grammar didn't parse. */
function isCalled(text: string, end: number): boolean {
  const at = skipSpace(text, end);
  return text[at] === "(" || (text[at] === "!" && /[([{]/.test(text[at + 1] ?? ""));
}

/** `x = 1` mentions no value of x; neither does a named argument. */
function isAssigned(text: string, end: number): boolean {
  const at = skipSpace(text, end);
  return text[at] === "=" && text[at + 1] !== "=" && text[at + 1] !== ">" && text[at + 1] !== "~";
}
