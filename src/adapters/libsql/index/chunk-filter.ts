import { globMatcher } from "../../../domain/discovery/mod.ts";
import type { FileFacts } from "../../../domain/mod.ts";
import type { ChunkFilter } from "../../../ports/mod.ts";

export type FilePredicate = (path: string, facts: FileFacts) => boolean;

/** The part of a filter that a file decides; undefined when it lets every file through. */
export function filePredicate(filter: ChunkFilter): FilePredicate | undefined {
  const tests: FilePredicate[] = [];
  const { artifactTypes, languages, pathPrefixes, pathGlobs, subsystems, tags, updatedAfter } = filter;
  if (artifactTypes.length > 0) {
    const wanted = new Set<string>(artifactTypes);
    tests.push((_, facts) => wanted.has(facts.artifactType));
  }
  if (languages.length > 0) {
    const wanted = new Set(languages);
    tests.push((_, facts) => wanted.has(facts.language));
  }
  if (subsystems.length > 0) {
    const wanted = new Set(subsystems);
    tests.push((_, facts) => wanted.has(facts.subsystem));
  }
  if (tags.length > 0) {
    const wanted = new Set(tags);
    tests.push((_, facts) => facts.tags.some((tag) => wanted.has(tag)));
  }
  if (updatedAfter > 0) tests.push((_, facts) => facts.updatedAt > updatedAfter);
  if (pathPrefixes.length > 0) tests.push((path) => pathPrefixes.some((prefix) => path.startsWith(prefix)));
  if (pathGlobs.length > 0) {
    const matchers = pathGlobs.map((glob) => globMatcher(glob));
    tests.push((path) => matchers.some((matches) => matches(path)));
  }
  if (tests.length === 0) return undefined;
  return (path, facts) => tests.every((test) => test(path, facts));
}
