import { fileNode } from "./file-node.ts";
import type { Defined } from "./file-view.ts";
import type { Ground, PartOfSource } from "./ground.ts";
import type { Linking } from "./link-context.ts";
import { packageNode } from "./link-imports.ts";
import { type GraphNode, type NodeKind, nodeId } from "./node.ts";
import { packageMeant, type UsedVersions } from "./used-versions.ts";

/** The file, what it defines, where it belongs, who owns it and which packages it names. */
export function linkStructure(linking: Linking): void {
  const { file, builder, fileId, homeId, context } = linking;
  const { ground } = context;
  const { path, standing } = file;
  builder.node(fileNode(ground.source, path, standing));
  builder.node(sourceNode(ground.source));
  if (standing.subsystem !== "") putSubsystem(linking, ground, standing.subsystem);
  builder.edge("contains", homeId, fileId, "exact");
  for (const owner of ground.place(path).owners) {
    builder.edge("owned-by", fileId, builder.node(bareNode(ground.source, "owner", owner)), "exact");
  }
  linkDefinitions(linking);
  for (const said of file.facts.packages) {
    const name = packageMeant(ground.settings, path, said);
    if (name === undefined) continue;
    const { ecosystem, lines } = said;
    const id = builder.node(packageNode(ground.source, ecosystem, name));
    builder.edge("depends-on", homeId, id, "exact", lines);
  }
}

function putSubsystem({ builder }: Pick<Linking, "builder">, ground: Ground, name: string): void {
  const { source } = ground;
  const part = ground.part(name);
  const id = builder.node(subsystemNode(source, name, part));
  builder.edge("contains", nodeId(source, "source", source), id, "exact");
  for (const owner of part?.owners ?? [])
    builder.edge("owned-by", id, builder.node(bareNode(source, "owner", owner)), "exact");
}

/**
 * What belongs to no file: the source, the subsystems of its catalogue with what they say they depend on, and packages
 * with the versions used, since several lock files may say so.
 */
export function linkGround(ground: Ground, versions: UsedVersions, builder: Linking["builder"]): void {
  const { source, catalogue } = ground;
  builder.node(sourceNode(source));
  for (const { ecosystem, name, used } of versions) {
    const node = packageNode(source, ecosystem, name);
    builder.node({ ...node, attributes: { ...node.attributes, version: used.join("\n") } });
  }
  for (const name of catalogue) {
    putSubsystem({ builder }, ground, name);
    for (const other of ground.part(name)?.dependsOn ?? []) {
      if (!catalogue.includes(other)) continue;
      const [from, to] = [name, other].map((one) => nodeId(source, "subsystem", one));
      builder.edge("depends-on", from!, to!, "exact");
    }
  }
}

/** DEFINES: a file its top-level definitions, each of those what is inside. DECLARES: a proto file its contract. */
function linkDefinitions({ view, builder, fileId, context }: Linking): void {
  const { source } = context.ground;
  const contract = view.family === "proto";
  for (const defined of view.definitions) {
    builder.node(definitionNode(source, view.path, defined));
    const holder = view.definitions[defined.parent];
    const { id, lines, kind } = defined;
    const declared = contract && (kind === "message" || kind === "service" || kind === "rpc");
    if (declared) builder.edge("declares", fileId, id, "exact", lines);
    if (holder !== undefined) builder.edge("defines", holder.id, id, "exact", lines);
    else if (!declared) builder.edge("defines", fileId, id, "exact", lines);
  }
}

function definitionNode(source: string, path: string, { id, ...defined }: Defined): GraphNode {
  const { name, qualifiedName, kind, lines, exported, test } = defined;
  const nodeKind = kind === "message" || kind === "rpc" || kind === "section" ? kind : "symbol";
  const attributes: Record<string, string> = {};
  if (exported) attributes["exported"] = "true";
  if (test) attributes["test"] = "true";
  return {
    nodeId: id,
    source,
    kind: nodeKind,
    name,
    path,
    lines,
    symbol: { name, qualifiedName, kind, lines },
    attributes,
  };
}

function bareNode(source: string, kind: NodeKind, name: string): GraphNode {
  return {
    nodeId: nodeId(source, kind, name),
    source,
    kind,
    name,
    path: "",
    lines: undefined,
    symbol: undefined,
    attributes: {},
  };
}

function sourceNode(source: string): GraphNode {
  return bareNode(source, "source", source);
}

/** Attributes: `description`, `criticality`, `tags` (by line break), `origin` (catalogue, workspace, codeowners or folder). */
function subsystemNode(source: string, name: string, part: PartOfSource | undefined): GraphNode {
  const attributes = Object.entries({
    description: part?.description ?? "",
    criticality: part?.criticality ?? "",
    tags: part?.tags.join("\n") ?? "",
    origin: part?.origin ?? "",
  }).filter(([, value]) => value !== "");
  return { ...bareNode(source, "subsystem", name), attributes: Object.fromEntries(attributes) };
}
