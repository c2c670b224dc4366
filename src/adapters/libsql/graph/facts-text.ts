import {
  type Definition,
  type GraphFacts,
  type ImportFact,
  type Mention,
  mentionKinds,
} from "../../../domain/graph/mod.ts";
import { symbolKinds } from "../../../domain/mod.ts";

/** Names once each, and everything else by their numbers: a third of what objects take, and quick to parse. */
type Packed = readonly [
  names: readonly string[],
  module: string,
  definitions: readonly number[],
  imports: readonly (readonly number[])[],
  mentions: readonly number[],
  rest: Pick<GraphFacts, "packages" | "owners" | "settings"> | 0,
];

export function toFactsText({ module, definitions, imports, mentions, ...rest }: GraphFacts): string {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  const n = (name: string): number => {
    let number = numbers.get(name);
    if (number === undefined) {
      number = names.push(name) - 1;
      numbers.set(name, number);
    }
    return number;
  };
  const flags = ({ exported, test }: Definition) => Number(exported) + 2 * Number(test);
  const { packages, owners, settings } = rest;
  const bare = packages.length + owners.length + Object.keys(settings).length === 0;
  const packed: Packed = [
    names,
    module,
    definitions.flatMap((d) => [
      n(d.name),
      n(d.qualifiedName),
      symbolKinds.indexOf(d.kind),
      d.lines.start,
      d.lines.end,
      d.parent,
      flags(d),
    ]),
    imports.map((i) => [
      n(i.specifier),
      i.lines.start,
      i.lines.end,
      Number(i.reexport),
      ...i.names.flatMap(({ imported, local }) => [n(imported), n(local)]),
    ]),
    mentions.flatMap((m) => [
      mentionKinds.indexOf(m.kind),
      n(m.name),
      n(m.qualifier),
      m.from,
      m.lines.start,
      m.lines.end,
    ]),
    bare ? 0 : { packages, owners, settings },
  ];
  return JSON.stringify(packed);
}

export function fromFactsText(text: string): GraphFacts {
  const [names, module, packedDefinitions, packedImports, packedMentions, rest] = JSON.parse(text) as Packed;
  const definitions: Definition[] = [];
  for (let at = 0; at < packedDefinitions.length; at += 7) {
    const [name, qualifiedName, kind, start, end, parent, flags] = packedDefinitions.slice(at, at + 7) as number[];
    definitions.push({
      name: names[name!]!,
      qualifiedName: names[qualifiedName!]!,
      kind: symbolKinds[kind!]!,
      lines: { start: start!, end: end! },
      parent: parent!,
      exported: (flags! & 1) !== 0,
      test: (flags! & 2) !== 0,
    });
  }
  const imports = packedImports.map(([specifier, start, end, reexport, ...pairs]): ImportFact => {
    const bound: { imported: string; local: string }[] = [];
    for (let at = 0; at < pairs.length; at += 2)
      bound.push({ imported: names[pairs[at]!]!, local: names[pairs[at + 1]!]! });
    const lines = { start: start!, end: end! };
    return { specifier: names[specifier!]!, names: bound, lines, reexport: reexport === 1 };
  });
  const mentions: Mention[] = [];
  for (let at = 0; at < packedMentions.length; at += 6) {
    mentions.push({
      kind: mentionKinds[packedMentions[at]!]!,
      name: names[packedMentions[at + 1]!]!,
      qualifier: names[packedMentions[at + 2]!]!,
      from: packedMentions[at + 3]!,
      lines: { start: packedMentions[at + 4]!, end: packedMentions[at + 5]! },
    });
  }
  const { packages, owners, settings } = rest === 0 ? { packages: [], owners: [], settings: {} } : rest;
  return { module, definitions, imports, mentions, packages, owners, settings };
}
