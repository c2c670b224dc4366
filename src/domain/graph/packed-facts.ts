import { symbolKinds } from "../artifact.ts";
import {
  type Definition,
  type GraphFacts,
  type ImportFact,
  type Mention,
  type MentionKind,
  mentionKinds,
} from "./facts.ts";

/**
 * Facts as they are sent between threads: `PackedTexts` in UTF-8, so that whoever passes them on has nothing to clone
 * and to collect. Names stand once, and everything else is numbers: a third of what objects take, and quick to parse.
 */
export type PackedFacts = Uint8Array<ArrayBuffer>;

/**
 * Facts as they are kept: two texts of one line each, joined by a line end, since whoever links against a file asks for
 * its outline alone, and mentions are most of it.
 */
export interface PackedTexts {
  /** All but the mentions; of those, what its classes are built on. */
  readonly outline: string;
  /** All mentions. Names of the outline go by their numbers there. */
  readonly mentions: string;
}

interface Rest extends Pick<GraphFacts, "packages" | "owners" | "settings" | "mentionsLeftOut"> {
  /** Of definitions that name their own object: their index, and the name. */
  readonly selves?: readonly (readonly [definition: number, self: string])[];
}
type Outline = readonly [
  names: readonly string[],
  module: string,
  /** Seven numbers each. */
  definitions: readonly number[],
  imports: readonly (readonly number[])[],
  /** Six numbers each, as all mentions are. */
  bases: readonly number[],
  rest: Rest | 0,
];
type Mentions = readonly [moreNames: readonly string[], mentions: readonly number[]];

/** Kinds of mentions that an outline has. */
const building: ReadonlySet<MentionKind> = new Set<MentionKind>(["extends", "implements"]);

export function packFacts({ module, definitions, imports, mentions, ...rest }: GraphFacts): PackedFacts {
  const numbers = new Map<string, number>();
  const n = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  const pack = (some: readonly Mention[]) =>
    some.flatMap(({ kind, name, qualifier, from, lines }) => [
      mentionKinds.indexOf(kind),
      n(name),
      n(qualifier),
      from,
      lines.start,
      lines.end,
    ]);
  const packedDefinitions = definitions.flatMap(({ name, qualifiedName, kind, lines, parent, exported, test }) => [
    n(name),
    n(qualifiedName),
    symbolKinds.indexOf(kind),
    lines.start,
    lines.end,
    parent,
    Number(exported) + 2 * Number(test),
  ]);
  const packedImports = imports.map(({ specifier, names, lines, reexport }) => [
    n(specifier),
    lines.start,
    lines.end,
    Number(reexport),
    ...names.flatMap(({ imported, local }) => [n(imported), n(local)]),
  ]);
  const bases = pack(mentions.filter(({ kind }) => building.has(kind)));
  const names = [...numbers.keys()];
  const selves = definitions.flatMap(({ self }, i) => (self === undefined ? [] : [[i, self] as const]));
  const outline: Outline = [
    names,
    module,
    packedDefinitions,
    packedImports,
    bases,
    isBare(rest) && selves.length === 0 ? 0 : { ...rest, ...(selves.length === 0 ? {} : { selves }) },
  ];
  const all = pack(mentions);
  const more: Mentions = [[...numbers.keys()].slice(names.length), all];
  return joinTexts({ outline: JSON.stringify(outline), mentions: JSON.stringify(more) });
}

export function joinTexts({ outline, mentions }: PackedTexts): PackedFacts {
  return new TextEncoder().encode(`${outline}\n${mentions}`);
}

export function textsOf(facts: PackedFacts): PackedTexts {
  const outline = outlineOf(facts);
  // Behind the outline, which may hold more bytes than characters.
  const mentions = new TextDecoder().decode(facts.subarray(facts.indexOf(lineEnd) + 1));
  return { outline, mentions };
}

/** The outline's text: for `unpackOutline`, and to tell whether it is still the same. */
export function outlineOf(facts: PackedFacts): string {
  return new TextDecoder().decode(facts.subarray(0, facts.indexOf(lineEnd)));
}

/** JSON holds none of its own. */
const lineEnd = 10;

export function unpackFacts(facts: PackedFacts): GraphFacts {
  const { outline, mentions } = textsOf(facts);
  const parsed = JSON.parse(outline) as Outline;
  const [moreNames, all] = JSON.parse(mentions) as Mentions;
  return { ...unpack(parsed), mentions: unpackMentions(all, [...parsed[0], ...moreNames]) };
}

/** Facts of an outline: of the mentions those by which a class says what it is built on. */
export function unpackOutline(outline: string): GraphFacts {
  const parsed = JSON.parse(outline) as Outline;
  const bases = unpackMentions(parsed[4], parsed[0]);
  return { ...unpack(parsed), mentions: bases.filter(({ kind }) => building.has(kind)) };
}

const bare: Rest = { packages: [], owners: [], settings: {} };

function isBare({ packages, owners, settings, mentionsLeftOut }: Omit<Rest, "selves">): boolean {
  return packages.length + owners.length + Object.keys(settings).length === 0 && mentionsLeftOut === undefined;
}

function unpack([names, module, packed, packedImports, , rest]: Outline): Omit<GraphFacts, "mentions"> {
  const definitions: Definition[] = [];
  for (let at = 0; at < packed.length; at += 7) {
    const flags = packed[at + 6]!;
    definitions.push({
      name: names[packed[at]!]!,
      qualifiedName: names[packed[at + 1]!]!,
      kind: symbolKinds[packed[at + 2]!]!,
      lines: { start: packed[at + 3]!, end: packed[at + 4]! },
      parent: packed[at + 5]!,
      exported: (flags & 1) !== 0,
      test: (flags & 2) !== 0,
    });
  }
  const imports = packedImports.map((one): ImportFact => {
    const bound: { imported: string; local: string }[] = [];
    for (let at = 4; at < one.length; at += 2) bound.push({ imported: names[one[at]!]!, local: names[one[at + 1]!]! });
    const lines = { start: one[1]!, end: one[2]! };
    return { specifier: names[one[0]!]!, names: bound, lines, reexport: one[3] === 1 };
  });
  const { selves = [], ...kept } = rest === 0 ? bare : rest;
  for (const [i, self] of selves) definitions[i] = { ...definitions[i]!, self };
  return { module, definitions, imports, ...kept };
}

function unpackMentions(packed: readonly number[], names: readonly string[]): Mention[] {
  const mentions: Mention[] = [];
  for (let at = 0; at < packed.length; at += 6) {
    mentions.push({
      kind: mentionKinds[packed[at]!]!,
      name: names[packed[at + 1]!]!,
      qualifier: names[packed[at + 2]!]!,
      from: packed[at + 3]!,
      lines: { start: packed[at + 4]!, end: packed[at + 5]! },
    });
  }
  return mentions;
}
