import { globMatcher } from "../../domain/discovery/mod.ts";
import type { FileRecord, SymbolKind } from "../../domain/mod.ts";
import type { ChunkFilter } from "../../ports/mod.ts";

function among<T>(allowed: readonly T[], value: T): boolean {
  return allowed.length === 0 || allowed.includes(value);
}

/** The filter as a test of a chunk and its file. @throws Fault invalid for a glob that can't be used. */
export function chunkFilter(filter: ChunkFilter): (file: FileRecord, kinds: readonly SymbolKind[]) => boolean {
  const globs = filter.pathGlobs.map((glob) => globMatcher(glob));
  const { pathPrefixes: prefixes } = filter;
  return (file, kinds) =>
    among(filter.artifactTypes, file.artifactType) &&
    among(filter.languages, file.language) &&
    among(filter.subsystems, file.subsystem) &&
    (prefixes.length === 0 || prefixes.some((prefix) => file.path.startsWith(prefix))) &&
    (globs.length === 0 || globs.some((matches) => matches(file.path))) &&
    (filter.tags.length === 0 || file.tags.some((tag) => filter.tags.includes(tag))) &&
    (filter.symbolKinds.length === 0 || kinds.some((kind) => filter.symbolKinds.includes(kind))) &&
    (filter.updatedAfter === 0 || file.updatedAt > filter.updatedAfter);
}
