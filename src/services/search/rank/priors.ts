import type { Candidate } from "../../../ports/mod.ts";
import type { Want } from "../query/wants.ts";
import type { Pool } from "./pool.ts";
import { remembered } from "./remembered.ts";

/** What kind of file it is, apart from the question: takes a share of the relevance away, or adds one. */
export interface Prior {
  readonly name: string;
  readonly why: string;
  /** Asking for this switches it off. */
  readonly unless: Want | undefined;
  /** How far it holds, 0 to 1. */
  readonly of: (candidate: Candidate, pool: Pool) => number;
}

const example = /(?:^|\/)(?:examples?|samples?|demos?|tutorials?|docs_src|playground|sandbox)(?:\/|$)/iu;
const benchmark = /(?:^|\/)(?:bench(?:mark)?s?|perf)(?:\/|$)|[._-]bench\.\w+$/iu;
const vendored = /(?:^|\/)(?:vendor(?:ed)?|third[_-]?party|external|node_modules|bundled|_vendor)(?:\/|$)/iu;
const generated =
  /(?:^|\/)(?:gen|generated|__generated__|autogen)(?:\/|$)|[._](?:pb|pb2|pb2_grpc|gen|generated|min)\.\w+$/iu;
const older =
  /(?:^|\/)(?:legacy|deprecated|old|compat|obsolete|attic)(?:\/|$)|(?:^|\/)(?:_?compat|deprecated|legacy)\.\w+$/iu;
const hidden = /(?:^|\/)\.[^/.][^/]*\//u;
const barrel = /(?:^|\/)(?:(?:index|mod)\.\w+|__init__\.pyi?|package-info\.java|module-info\.java|doc\.go)$/iu;

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

/** What a path alone says. */
interface PathMarks {
  readonly example: number;
  readonly vendored: number;
  readonly generated: number;
  readonly older: number;
  readonly hidden: number;
  readonly barrel: number;
  /** Without the folders that are version numbers. */
  readonly unnumbered: string;
}

const marks = remembered(
  (path): PathMarks => ({
    example: example.test(path) || benchmark.test(path) ? 1 : 0,
    vendored: vendored.test(path) ? 1 : 0,
    generated: generated.test(path) ? 1 : 0,
    older: older.test(path) ? 1 : 0,
    hidden: hidden.test(path) ? 1 : 0,
    barrel: barrel.test(path) ? 1 : 0,
    unnumbered: path.replace(/(^|\/)v\d{1,3}\//u, "$1"),
  }),
);

function by(mark: "example" | "vendored" | "generated" | "hidden"): Prior["of"] {
  return ({ path }) => marks(path)[mark];
}

function isType(...types: readonly Candidate["facts"]["artifactType"][]): Prior["of"] {
  return ({ facts }) => (types.includes(facts.artifactType) ? 1 : 0);
}

function isTest({ facts }: Candidate): number {
  return facts.artifactType === "test" ? 1 : 0;
}

function isOlder(candidate: Candidate, pool: Pool): number {
  const { older, unnumbered } = marks(candidate.path);
  if (older > 0) return 1;
  // `v1/main.py` beside `main.py`: what has no number is the present.
  if (unnumbered !== candidate.path && pool.paths.has(unnumbered)) return 1;
  const versions = pool.paths.get(candidate.path)?.versions ?? [];
  return versions.some(({ folder, version }) => version < (pool.newestVersion.get(folder) ?? 0)) ? 1 : 0;
}

function isBarrel({ path, defines }: Candidate): number {
  return defines.length === 0 ? marks(path).barrel : 0;
}
