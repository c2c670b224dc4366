import type { Candidate } from "../../../ports/mod.ts";
import type { Want } from "../query/wants.ts";
import type { Pool } from "./pool.ts";

/** What kind of file it is, apart from the question: takes a share of the relevance away, or adds one. */
export interface Prior {
  readonly name: string;
  readonly why: string;
  /** Asking for this switches it off. */
  readonly unless: Want | undefined;
  /** How far it holds, 0 to 1. */
  readonly of: (candidate: Candidate, pool: Pool) => number;
}

export const priors: readonly Prior[] = [
  { name: "test", why: "a test, and tests were not asked for", unless: "tests", of: isTest },
  { name: "example", why: "an example or benchmark", unless: "examples", of: by("example") },
  { name: "vendored", why: "a copy of someone else's code", unless: "vendored", of: by("vendored") },
  { name: "generated", why: "written by a tool", unless: "generated", of: by("generated") },
  { name: "older", why: "a folder of an older version, or kept for compatibility", unless: "older", of: isOlder },
  { name: "barrel", why: "an index file that defines nothing here", unless: undefined, of: isBarrel },
  { name: "hidden", why: "below a folder that tools keep out of sight", unless: "config", of: by("hidden") },
  { name: "doc", why: "documentation", unless: undefined, of: isType("doc") },
  { name: "config", why: "configuration", unless: "config", of: isType("config", "other") },
];

function by(mark: "example" | "vendored" | "generated" | "hidden"): Prior["of"] {
  return ({ path }, pool) => pool.paths.get(path)?.words.marks[mark] ?? 0;
}

function isType(...types: readonly Candidate["facts"]["artifactType"][]): Prior["of"] {
  return ({ facts }) => (types.includes(facts.artifactType) ? 1 : 0);
}

function isTest({ facts }: Candidate): number {
  return facts.artifactType === "test" ? 1 : 0;
}

function isOlder(candidate: Candidate, pool: Pool): number {
  const known = pool.paths.get(candidate.path)?.words;
  if (known === undefined) return 0;
  const { older, unnumbered } = known.marks;
  if (older > 0) return 1;
  // `v1/main.py` beside `main.py`: what has no number is the present.
  if (unnumbered !== candidate.path && pool.paths.has(unnumbered)) return 1;
  return known.versions.some(({ folder, version }) => version < (pool.newestVersion.get(folder) ?? 0)) ? 1 : 0;
}

function isBarrel({ path, defines }: Candidate, pool: Pool): number {
  return defines.length === 0 ? (pool.paths.get(path)?.words.marks.barrel ?? 0) : 0;
}
