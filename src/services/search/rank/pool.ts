import type { Candidate, ChunkMatches, Usage } from "../../../ports/mod.ts";
import type { Understanding } from "../query/understand.ts";
import { Mass, overlap } from "./overlap.ts";
import { type PathWords, pathWords, stems } from "./path-words.ts";
import { fileOf } from "./ranked.ts";

/** A path, and how alike the question the name of its file, and of its folder, are: 0 to 1. */
export interface PoolPath {
  readonly words: PathWords;
  readonly fileLikeness: number;
  readonly folderLikeness: number;
}

/** What all passages of one batch are judged against. Built once a batch; signals only read it. */
export interface Pool {
  readonly query: Understanding;
  readonly candidates: readonly Candidate[];
  /** How much of the question a term is, by term; sums to 1. */
  readonly mass: Mass;
  readonly lexicalMax: number;
  /** Cosines from `vectorFloor` to `vectorMax` become 0 to 1. */
  readonly vectorFloor: number;
  readonly vectorMax: number;
  readonly paths: ReadonlyMap<string, PoolPath>;
  /** Subsystems of which the question says every word of the name. */
  readonly subsystems: ReadonlySet<string>;
  /** Highest version number met below a folder, for folders such as `v3` beside `v4`. */
  readonly newestVersion: ReadonlyMap<string, number>;
  /** Files that define each symbol asked for, by its name in lower case. */
  readonly definers: ReadonlyMap<string, number>;
  /** Texts, lower-cased, of passages whose wording matters; empty when the query quotes nothing. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the graph says of the first passages; undefined where it says nothing. */
  readonly usage?: ReadonlyMap<Candidate, Usage> | undefined;
  /** Unix ms. */
  readonly now: number;
}

export interface PoolInput {
  readonly query: Understanding;
  readonly matches: ChunkMatches;
  readonly candidates: readonly Candidate[];
  readonly texts: ReadonlyMap<string, string>;
  readonly now: number;
}

export function poolOf({ query, matches, candidates, texts, now }: PoolInput): Pool {
  const mass = massOf(query, matches);
  const paths = new Map<string, PoolPath>();
  const newestVersion = new Map<string, number>();
  for (const { path } of candidates) {
    if (paths.has(path)) continue;
    const words = pathWords(path);
    paths.set(path, likened(words, mass));
    for (const { folder, version } of words.versions) {
      newestVersion.set(folder, Math.max(newestVersion.get(folder) ?? 0, version));
    }
  }
  return {
    query,
    candidates,
    mass,
    lexicalMax: matches.lexicalMax,
    vectorFloor: floorOf(candidates),
    vectorMax: matches.vectorMax,
    paths,
    subsystems: subsystemsNamed(candidates, query),
    newestVersion,
    definers: definersOf(candidates, query.symbols),
    texts,
    now,
  };
}

function likened(words: PathWords, mass: Mass): PoolPath {
  const file = likeness(words.name, mass);
  const folder = likeness(words.folder, mass);
  return { words, fileLikeness: words.generic ? Math.max(file, folder) : file, folderLikeness: folder };
}

function likeness(name: readonly string[], mass: Mass): number {
  const { covered, share } = overlap(name, mass);
  return covered === 0 ? 0 : (covered + share) / 2;
}

/** Words that stand nowhere count here: a catalogue may name a subsystem as its files never do. */
function subsystemsNamed(candidates: readonly Candidate[], { terms, aliases }: Understanding): Set<string> {
  const said = new Set(terms.flatMap(({ term }) => (aliases.has(term) ? [] : term)));
  const names = [...new Set(candidates.map(({ facts }) => facts.subsystem))];
  return new Set(names.filter((name) => stems(name).length > 0 && stems(name).every((word) => said.has(word))));
}

/** Of its own word's mass, what another word for it covers. */
const aliasShare = 0.6;

/** BM25's inverse document frequency, times the term's weight, as shares of the whole. */
function massOf(query: Understanding, matches: ChunkMatches): Mass {
  const own = new Map<string, number>();
  for (const [at, { term, weight }] of query.terms.entries()) {
    const frequency = matches.documentFrequency[at] ?? 0;
    // A term that stands nowhere can't tell passages apart; counting it would only scale every share down.
    if (frequency > 0) own.set(term, weight * inverse(matches.documents, frequency));
  }
  const mass = new Map<string, number>();
  let total = 0;
  for (const [term, value] of own) {
    const meant = query.aliases.get(term);
    const replaced = meant === undefined ? undefined : own.get(meant);
    mass.set(term, replaced === undefined ? value : replaced * aliasShare);
    if (meant === undefined) total += value;
  }
  if (total > 0) for (const [term, value] of mass) mass.set(term, value / total);
  return new Mass(mass);
}

function inverse(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

/** How many files of the pool define each name, lower-cased: a name defined everywhere says little of each place. */
function definersOf(candidates: readonly Candidate[], asked: readonly string[]): Map<string, number> {
  const names = new Set(asked.map((name) => name.toLowerCase()));
  const files = new Map<string, Set<string>>();
  if (names.size === 0) return new Map();
  for (const candidate of candidates) {
    for (const name of candidate.defines) {
      const small = name.toLowerCase();
      if (!names.has(small)) continue;
      const known = files.get(small) ?? new Set();
      files.set(small, known.add(fileOf(candidate)));
    }
  }
  return new Map([...files].map(([name, { size }]) => [name, size]));
}

/** The median cosine of the pool is what an unrelated passage gets; below it there is nothing to tell apart. */
function floorOf(candidates: readonly Candidate[]): number {
  if (candidates.length === 0) return 0;
  const cosines = candidates.map((c) => c.vector).sort((a, b) => a - b);
  return Math.max(0, cosines[cosines.length >> 1] as number);
}
