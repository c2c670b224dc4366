import { mostCandidates } from "./candidates.ts";
import type { Mention } from "./facts.ts";
import { isNameable } from "./file-view.ts";
import { isTestPath, type Linking, nodeAt } from "./link-context.ts";
import { chain } from "./names/mod.ts";
import { type Confidence, nodeId } from "./node.ts";
import { folderOf, joinPath, type PathIndex } from "./path-index.ts";

/** DOCUMENTS: what a document's inline code and links name. A path in code or configuration is a reference. */
export async function linkDocuments(linking: Linking): Promise<void> {
  const { file, builder, pace } = linking;
  for (const mention of file.facts.mentions) {
    if (mention.kind !== "name" && mention.kind !== "path") continue;
    const pause = pace();
    if (pause !== undefined) await pause;
    const here = nodeAt(linking, mention.from);
    if (mention.kind === "path") linkPath(linking, here, mention);
    else
      for (const [id, exact] of await meant(linking, mention))
        builder.edge("documents", here, id, exact, mention.lines);
  }
}

function linkPath({ file, builder, context }: Linking, here: string, { name, lines }: Mention): void {
  const { paths, source } = context.ground;
  const kind = file.standing.artifactType === "doc" ? "documents" : "references";
  const [path, confidence] = pathMeant(paths, file.path, name) ?? [file.path, "exact"];
  if (path !== file.path) builder.edge(kind, here, nodeId(source, "file", path), confidence, lines);
}

/** The file that a link or a written path names: from the folder it is written in, from the root, or by its end alone. */
export function pathMeant(
  paths: PathIndex,
  from: string,
  written: string,
): readonly [path: string, confidence: Confidence] | undefined {
  const plain = written.replace(/[?#].*$/, "").replace(/:\d+(?:[-:]\d+)?$/, "");
  const rooted = plain.replace(/^\/+/, "");
  for (const path of [plain.startsWith("/") ? undefined : joinPath(folderOf(from), plain), joinPath("", rooted)])
    if (path !== undefined && paths.has(path)) return [path, "exact"];
  // `graph-store.ts`, `ports/graph-store.ts`: enough to tell a reader, if there is only one.
  const [only, second] = rooted === "" ? [] : paths.ending(rooted);
  return only === undefined || second !== undefined ? undefined : [only, "possible"];
}

/** Exact for a name with its class or module that only one definition bears; possible for a name alone. */
async function meant(
  { context }: Linking,
  { name, qualifier }: Mention,
): Promise<readonly [string, "exact" | "possible"][]> {
  const { lookups } = context;
  const files = (await lookups.definers(name)).filter((path) => !isTestPath(path));
  if (files.length > mostCandidates * 2) return [];
  const before = qualifier === "" ? [] : (chain(qualifier) ?? []);
  const wanted = [...before, name].join(".");
  const ids: string[] = [];
  const names = new Set<string>();
  for (const path of files) {
    const view = await lookups.view(path);
    for (const n of view?.byName.get(name) ?? []) {
      const { id, qualifiedName } = view!.definitions[n]!;
      if (!isNameable(view!.definitions, n)) continue;
      if (before.length > 0 && qualifiedName !== wanted && !qualifiedName.endsWith(`.${wanted}`)) continue;
      ids.push(id);
      names.add(`${path}\n${qualifiedName}`);
    }
  }
  if (names.size > mostCandidates) return [];
  const exact = before.length > 0 && names.size === 1 ? "exact" : "possible";
  return ids.map((id) => [id, exact]);
}
