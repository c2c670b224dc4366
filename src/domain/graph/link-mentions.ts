import { candidates } from "./candidates.ts";
import type { Mention } from "./facts.ts";
import { isTestPath, type Linking, nodeAt } from "./link-context.ts";
import { linkGenerated } from "./link-generated.ts";
import { protoMeaning } from "./link-protobuf.ts";
import { isStar, type Meaning, named } from "./names/mod.ts";
import { type Confidence, type EdgeKind, nodeId } from "./node.ts";

const edgeOf = { call: "calls", reference: "references", extends: "extends", implements: "implements" } as const;

interface Target {
  /** The namespace that its file says it is part of, where it has one. */
  readonly module?: string;
  readonly id: string;
  readonly path: string;
  readonly confidence: Confidence;
}

/** CALLS, REFERENCES, EXTENDS and IMPLEMENTS, and TESTS where a test calls what is none. */
export async function linkMentions(linking: Linking): Promise<void> {
  const { file, pace } = linking;
  const known = new Map<string, readonly Target[]>();
  for (const mention of file.facts.mentions) {
    const { kind, name, qualifier, from } = mention;
    if (kind === "name" || kind === "path") continue;
    const pause = pace();
    if (pause !== undefined) await pause;
    const key = `${from}\n${kind === "call"}\n${qualifier}\n${name}`;
    const targets = known.get(key) ?? (await targetsOf(linking, mention));
    known.set(key, targets);
    addEdges(linking, edgeOf[kind], mention, targets);
    linkOpened(linking, targets);
  }
}

async function targetsOf(linking: Linking, mention: Mention): Promise<readonly Target[]> {
  const { view, context } = linking;
  const { name, qualifier, from } = mention;
  const meaning =
    view.family === "proto"
      ? await protoMeaning(context, view, qualifier, name, from)
      : await named(context, view, qualifier, name, from);
  const targets = [...found(meaning), ...(await linkGenerated(linking, mention, meaning))];
  if (meaning !== undefined || view.family === undefined) return targets;
  const ids = await candidates(context, view, name, qualifier !== "");
  return [...targets, ...ids.map((id) => ({ id, path: pathOf(id), confidence: "possible" as const }))];
}

function found(meaning: Meaning | undefined): Target[] {
  if (meaning?.kind !== "defined") return [];
  const { confidence } = meaning;
  return meaning.found.map(({ view: { definitions, path, module }, n }) => {
    const target = { id: definitions[n]!.id, path, confidence };
    return module === "" ? target : { ...target, module };
  });
}

/** `using Acme.Core;`, `import com.acme.*;`: what such an import leads to is known by the names that are used of it. */
function linkOpened({ view, builder, fileId, context }: Linking, targets: readonly Target[]): void {
  for (const { path, module, confidence } of targets) {
    if (module === undefined || confidence !== "exact" || path === view.path) continue;
    for (const { specifier, names, lines } of view.imports) {
      if (specifier !== module || !names.some(isStar)) continue;
      builder.edge("imports", fileId, nodeId(context.ground.source, "file", path), "exact", lines);
    }
  }
}

/** The path in a node id of a definition. */
function pathOf(id: string): string {
  const path = id.slice(id.indexOf(":", id.indexOf(":") + 1) + 1);
  const hash = path.indexOf("#");
  return hash < 0 ? path : path.slice(0, hash);
}

function addEdges(linking: Linking, kind: EdgeKind, { from, lines }: Mention, targets: readonly Target[]): void {
  const { builder } = linking;
  const here = nodeAt(linking, from);
  const test = kind === "calls" ? testAround(linking, from) : undefined;
  for (const { id, path, confidence } of targets) {
    // What is only declared there is referred to, whoever calls it: the contract has no code.
    builder.edge(kind === "calls" && path.endsWith(".proto") ? "references" : kind, here, id, confidence, lines);
    if (test !== undefined && !isTestPath(path)) builder.edge("tests", test, id, confidence, lines);
  }
}

/** The test that a place belongs to: the innermost test case, else a test file as a whole. */
function testAround({ file, view, fileId }: Linking, at: number): string | undefined {
  for (let scope = at, left = view.definitions.length; scope >= 0 && left >= 0; left--) {
    const holder = view.definitions[scope]!;
    if (holder.test) return holder.id;
    scope = holder.parent;
  }
  return file.standing.artifactType === "test" || isTestPath(file.path) ? fileId : undefined;
}
