import type { KnownFile, SourceGraph } from "./source-graph.ts";

interface Part {
  readonly code: string[];
  tests: number;
}

/**
 * Names, sorted, of subsystems that have code and no tests: no file of tests of their own, and no test anywhere that
 * imports, calls or is named after anything in them.
 */
export async function untestedSubsystems(
  graph: SourceGraph,
  files: ReadonlyMap<string, KnownFile>,
): Promise<readonly string[]> {
  const parts = new Map<string, Part>();
  for (const [path, { artifactType, subsystem }] of files) {
    if (subsystem === "") continue;
    const part = parts.get(subsystem) ?? { code: [], tests: 0 };
    parts.set(subsystem, part);
    if (artifactType === "code") part.code.push(graph.fileId(path));
    if (artifactType === "test") part.tests += 1;
  }
  const untested: string[] = [];
  for (const [name, { code, tests }] of parts)
    if (code.length > 0 && tests === 0 && !(await isTested(graph, code))) untested.push(name);
  return untested.sort();
}

/** Files first: most tests import what they test. Then what they define, and what is inside of that. */
async function isTested(graph: SourceGraph, files: readonly string[]): Promise<boolean> {
  const seen = new Set(files);
  for (let level = [...files]; level.length > 0; ) {
    if (await graph.anyIncoming(level, ["tests"])) return true;
    const inside = (await graph.outgoing(level, ["defines"])).map(({ to }) => to).filter((id) => !seen.has(id));
    for (const id of inside) seen.add(id);
    level = [...new Set(inside)];
  }
  return false;
}
