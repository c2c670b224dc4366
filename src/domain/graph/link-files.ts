import type { Pace } from "../pace.ts";
import { ContributionBuilder } from "./contribution.ts";
import type { Lookups } from "./fact-source.ts";
import type { Ground } from "./ground.ts";
import type { FileToLink, Linking } from "./link-context.ts";
import { linkDocuments } from "./link-documents.ts";
import { contractNames } from "./link-generated.ts";
import { linkImports } from "./link-imports.ts";
import { linkMentions } from "./link-mentions.ts";
import { linkGround, linkStructure } from "./link-structure.ts";
import { linkTests } from "./link-tests.ts";
import type { Context } from "./names/mod.ts";
import { placeOf } from "./names/mod.ts";
import { type GraphEdge, type GraphNode, nodeId } from "./node.ts";
import type { UsedVersions } from "./used-versions.ts";

/** What a file contributes to the graph. */
export interface Linked {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/**
 * Turns what files say into what they contribute: a function of their facts, of the ground, and of the facts of the
 * files they name. Yields each file once, in the order given; what they need is fetched for all of them together.
 */
export async function* linkFiles(
  files: readonly FileToLink[],
  ground: Ground,
  lookups: Lookups,
  pace: Pace,
): AsyncGenerator<readonly [path: string, linked: Linked]> {
  const context: Context = { ground, lookups, busy: new Set(), places: new Map() };
  await fetchFor(files, context, pace);
  for (const file of files) yield [file.path, await linkFile(file, context, pace)];
}

/** The source itself, its catalogue, and the versions of packages. */
export function linkSource(ground: Ground, versions: UsedVersions): Linked {
  const builder = new ContributionBuilder("");
  linkGround(ground, versions, builder);
  return builder.build();
}

/** What most of the files' names lead to, in few calls; the rest is fetched when it is come upon. */
async function fetchFor(files: readonly FileToLink[], context: Context, pace: Pace): Promise<void> {
  const { ground, lookups } = context;
  const paths = new Set<string>();
  const names = new Set<string>();
  const contracts = ground.paths.hasEnding("proto");
  for (const { path, facts } of files) {
    const pause = pace();
    if (pause !== undefined) await pause;
    const view = lookups.hold(path, facts);
    for (const { specifier } of view.imports) {
      const { files: found } = placeOf(context, view, specifier);
      if (found.length <= 2) for (const one of found) paths.add(one);
    }
    for (const { kind, name } of facts.mentions) {
      if (kind === "path") continue;
      if (contracts && kind !== "name") for (const asked of contractNames(name)) names.add(asked);
      else names.add(name);
    }
  }
  await lookups.prefetch(paths, names);
}

async function linkFile(file: FileToLink, context: Context, pace: Pace): Promise<Linked> {
  const { source } = context.ground;
  const builder = new ContributionBuilder(file.path);
  const { subsystem } = file.standing;
  const linking: Linking = {
    file,
    view: context.lookups.hold(file.path, file.facts),
    context,
    builder,
    pace,
    fileId: nodeId(source, "file", file.path),
    homeId: subsystem === "" ? nodeId(source, "source", source) : nodeId(source, "subsystem", subsystem),
  };
  linkStructure(linking);
  await linkImports(linking);
  await linkMentions(linking);
  await linkDocuments(linking);
  linkTests(linking);
  return builder.build();
}
