import { type Candidate, mostCounted } from "../../../ports/mod.ts";
import { overlap } from "./overlap.ts";
import { stems } from "./path-words.ts";
import type { Pool } from "./pool.ts";

/** A consideration that adds to a passage's relevance: value 0 to 1, times its weight. */
export interface Signal {
  readonly name: string;
  readonly why: string;
  readonly of: (candidate: Candidate, pool: Pool) => number;
}

/** In the order in which explanations list them. Weights stand in weights.ts. */
export const signals: readonly Signal[] = [
  { name: "lexical", why: "BM25F over the query's terms, as a share of the best", of: lexical },
  { name: "vector", why: "cosine between the pool's middle and its best", of: vector },
  { name: "definition", why: "it defines the symbol that was asked for", of: definition },
  { name: "identifier", why: "a defined name begins with, or is part of, a symbol asked for", of: identifier },
  { name: "symbol_words", why: "its defined names are made of the question's words", of: symbolWords },
  {
    name: "file_name",
    why: "the file's name, or its folder's where that names it, covers the question and is made of its words",
    of: fileName,
  },
  { name: "folder_name", why: "the same for the folder that it lies in", of: folderName },
  { name: "subsystem", why: "the question says every word of its subsystem's name", of: subsystem },
  { name: "referenced", why: "others use the symbol that it is in, by the graph's exact edges", of: referenced },
  { name: "tested", why: "a test covers that symbol", of: tested },
  { name: "named_path", why: "the query names this path", of: namedPath },
  { name: "phrase", why: "a quoted phrase stands in it, letter for letter", of: phrase },
  { name: "fresh", why: "it changed lately, and the query asks for that", of: fresh },
];

function lexical(candidate: Candidate, pool: Pool): number {
  return pool.lexicalMax > 0 ? candidate.lexical / pool.lexicalMax : 0;
}

function vector(candidate: Candidate, pool: Pool): number {
  const range = pool.vectorMax - pool.vectorFloor;
  return range > 0 ? Math.max(0, (candidate.vector - pool.vectorFloor) / range) : 0;
}

/** Case matters in most languages, but people don't always type it. */
const otherCase = 0.8;
/** A member is less likely meant than what stands at the top: a constructor, of all, less than its class. */
const member = 0.7;

function definition(candidate: Candidate, pool: Pool): number {
  let best = 0;
  for (const asked of pool.query.symbols) {
    const small = asked.toLowerCase();
    for (const name of candidate.defines) {
      if (name.toLowerCase() !== small) continue;
      // A name that n files define is a weaker hint to each of them.
      const shared = 1 / Math.sqrt(pool.definers.get(small) ?? 1);
      best = Math.max(best, (name === asked ? 1 : otherCase) * standing(name, candidate) * shared);
    }
    const qualified = candidate.symbol?.qualifiedName;
    if (asked.includes(".") && qualified === asked.replaceAll(/::|#|->/gu, ".")) best = 1;
  }
  return best;
}

function standing(name: string, { symbol }: Candidate): number {
  return symbol?.name === name && symbol.qualifiedName !== name ? member : 1;
}

function identifier(candidate: Candidate, pool: Pool): number {
  let best = 0;
  for (const asked of pool.query.symbols) {
    const small = asked.toLowerCase();
    if (small.length < 3) continue;
    for (const name of candidate.defines) {
      const defined = name.toLowerCase();
      if (defined === small) continue;
      if (defined.startsWith(small)) best = Math.max(best, small.length / defined.length);
      else if (defined.includes(small)) best = Math.max(best, (0.5 * small.length) / defined.length);
    }
  }
  return best;
}

function symbolWords(candidate: Candidate, pool: Pool): number {
  let best = 0;
  for (const name of candidate.defines) {
    const { covered, share } = overlap(stems(name), pool.mass);
    best = Math.max(best, covered * share);
  }
  return best;
}

function fileName(candidate: Candidate, pool: Pool): number {
  return pool.paths.get(candidate.path)?.fileLikeness ?? 0;
}

function folderName(candidate: Candidate, pool: Pool): number {
  return pool.paths.get(candidate.path)?.folderLikeness ?? 0;
}

function subsystem({ facts }: Candidate, pool: Pool): number {
  return pool.subsystems.has(facts.subsystem) ? 1 : 0;
}

/** By orders: what two use is further from what nobody does than what thirty use from what twenty do. */
function referenced(candidate: Candidate, pool: Pool): number {
  const users = pool.usage?.get(candidate)?.users ?? 0;
  return users === 0 ? 0 : Math.log1p(users) / Math.log1p(mostCounted);
}

function tested(candidate: Candidate, pool: Pool): number {
  return (pool.usage?.get(candidate)?.tests ?? 0) > 0 ? 1 : 0;
}

function namedPath(candidate: Candidate, pool: Pool): number {
  const path = candidate.path.toLowerCase();
  let best = 0;
  for (const named of pool.query.paths) {
    const asked = named.toLowerCase().replace(/^(?:\.?\/)+|\/+$/gu, "");
    if (asked === "") continue;
    if (path === asked || path.endsWith(`/${asked}`) || asked.endsWith(`/${path}`)) return 1;
    if (`/${path}`.includes(`/${asked}/`)) best = Math.max(best, 0.6);
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (name === asked.slice(asked.lastIndexOf("/") + 1)) best = Math.max(best, 0.5);
    else if (name.startsWith(`${asked}.`)) best = Math.max(best, 0.7);
  }
  return best;
}

function phrase(candidate: Candidate, pool: Pool): number {
  const text = pool.texts.get(candidate.chunkId);
  if (text === undefined || pool.query.phrases.length === 0) return 0;
  const found = pool.query.phrases.filter((words) => text.includes(words.toLowerCase().trim()));
  return found.length / pool.query.phrases.length;
}

/** A month halves it. */
const halfLifeMs = 30 * 24 * 3_600_000;

function fresh(candidate: Candidate, pool: Pool): number {
  const { updatedAt } = candidate.facts;
  if (!pool.query.wants.has("recent") || updatedAt === 0) return 0;
  return 0.5 ** (Math.max(0, pool.now - updatedAt) / halfLifeMs);
}
