import {
  type GraphFacts,
  type Ground,
  PathIndex,
  Settings,
  type UsedVersions,
  unpackOutline,
  usedVersions,
} from "../../../domain/graph/mod.ts";
import type { Pace } from "../../../domain/mod.ts";
import type { GraphWriter } from "../../../ports/mod.ts";
import type { Classifier } from "../classify.ts";

/** Paths a page: few enough that working them in takes no time to speak of. */
const pageOf = 2_000;
/** Manifests read at once. */
const perCall = 100;

/** All paths that have facts, as a writer sees them. */
export async function readPaths(writer: GraphWriter, pace: Pace, signal: AbortSignal): Promise<PathIndex> {
  const paths = new PathIndex();
  for (let after = ""; ; ) {
    const page = await writer.paths(after, pageOf, signal);
    for (const path of page) {
      const pause = pace();
      if (pause !== undefined) await pause;
      paths.add(path);
    }
    if (page.length < pageOf) return paths;
    after = page.at(-1)!;
  }
}

/** What is known of the source as a whole: its paths, what its manifests say, its catalogue. */
export async function openGround(
  source: string,
  writer: GraphWriter,
  paths: PathIndex,
  { catalogue }: Classifier,
  signal: AbortSignal,
): Promise<Ground> {
  const manifests = await readOutlines(writer, paths.deciding(), signal);
  const parts = new Map(catalogue.subsystems.map((part) => [part.name, part]));
  return {
    source,
    paths,
    settings: new Settings(manifests),
    place: (path) => catalogue.of(path),
    part: (name) => parts.get(name),
    catalogue: catalogue.subsystems.flatMap(({ name, origin }) => (origin === "catalogue" ? [name] : [])),
  };
}

/** The versions of packages that lock files say are used, in the order of ecosystems and names. */
export async function readVersions(
  writer: GraphWriter,
  { paths, settings }: Ground,
  signal: AbortSignal,
): Promise<UsedVersions> {
  return usedVersions(settings, await readOutlines(writer, paths.sayingVersions(), signal));
}

async function readOutlines(
  writer: GraphWriter,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, GraphFacts>> {
  const read = new Map<string, GraphFacts>();
  for (let at = 0; at < paths.length; at += perCall)
    for (const [path, outline] of await writer.outlines(paths.slice(at, at + perCall), signal))
      read.set(path, unpackOutline(outline));
  return read;
}
