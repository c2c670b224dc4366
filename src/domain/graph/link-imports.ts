import type { ImportFact } from "./facts.ts";
import { isTestPath, type Linking } from "./link-context.ts";
import { importedBy, isStar, placeOf, submoduleOf } from "./names/mod.ts";
import { type Confidence, type GraphNode, nodeId } from "./node.ts";
import type { PackageName, Place } from "./resolve/mod.ts";

/** IMPORTS to files and packages, DEPENDS_ON between the subsystems of files, TESTS of what a test file imports. */
export async function linkImports(linking: Linking): Promise<void> {
  const { view, context, pace } = linking;
  if (view.family === undefined) return;
  for (const fact of view.imports) {
    const pause = pace();
    if (pause !== undefined) await pause;
    if (fact.specifier === "") continue;
    const place = placeOf(context, view, fact.specifier);
    if (place.package !== undefined) linkPackage(linking, place.package, fact);
    for (const { path, confidence } of await filesOf(linking, fact, place)) linkFile(linking, path, confidence, fact);
  }
}

function linkPackage({ builder, fileId, context }: Linking, name: PackageName, { lines }: ImportFact): void {
  const id = builder.node(packageNode(context.ground.source, name.ecosystem, name.name));
  builder.edge("imports", fileId, id, name.confidence, lines);
}

function linkFile(
  { file, builder, fileId, context }: Linking,
  path: string,
  confidence: Confidence,
  { lines }: ImportFact,
) {
  if (path === file.path) return;
  const { ground } = context;
  const target = nodeId(ground.source, "file", path);
  builder.edge("imports", fileId, target, confidence, lines);
  if (file.standing.artifactType === "test" && !isTestPath(path))
    builder.edge("tests", fileId, target, confidence, lines);
  const there = ground.place(path).subsystem;
  const here = file.standing.subsystem;
  if (here === "" || there === "" || here === there) return;
  const subsystem = (name: string) => nodeId(ground.source, "subsystem", name);
  builder.edge("depends-on", subsystem(here), subsystem(there), confidence, lines);
}

interface ImportedFile {
  readonly path: string;
  readonly confidence: Confidence;
}

/** The module that a specifier names, or those below it that the imported names are. */
async function filesOf({ view, context }: Linking, fact: ImportFact, place: Place): Promise<readonly ImportedFile[]> {
  const files: ImportedFile[] = [];
  let below = 0;
  for (const name of fact.names) {
    if (isStar(name)) continue;
    const { imported } = name;
    if (imported === "*") continue;
    const module = submoduleOf(context, view, fact.specifier, imported);
    if (module.files.length === 0) continue;
    below += 1;
    for (const path of module.files) files.push({ path, confidence: module.confidence });
  }
  // `from package import module` needs the package only for what is no module of it.
  const itself = below === 0 || below < fact.names.length;
  if (itself) for (const path of place.files) files.push({ path, confidence: place.confidence });
  if (files.length > 0 || place.outside) return files;
  // A namespace's files are those that define what is imported from it.
  if (view.family !== "jvm" && view.family !== "php" && view.family !== "csharp") return files;
  for (const { imported } of fact.names) {
    if (imported === "*") continue;
    const meaning = await importedBy(context, view, fact, imported);
    if (meaning.kind !== "defined") continue;
    for (const one of meaning.found) files.push({ path: one.view.path, confidence: meaning.confidence });
  }
  return files;
}

export function packageNode(source: string, ecosystem: string, name: string): GraphNode {
  return {
    nodeId: nodeId(source, "package", `${ecosystem}/${name}`),
    source,
    kind: "package",
    name,
    path: "",
    lines: undefined,
    symbol: undefined,
    attributes: { ecosystem },
  };
}
