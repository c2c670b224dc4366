import { Fault } from "./fault.ts";
import { maySee, type Principal } from "./principal.ts";
import type { At, Revision } from "./revision.ts";

/** What a caller may not see and what isn't there get the same answer. */
function unknown(source: string): Fault {
  return new Fault("not-found", `no source '${source}'; ListSources names those you may see`, {
    reason: "SOURCE_NOT_FOUND",
    metadata: { source },
  });
}

export interface Choice {
  readonly revisions: readonly Revision[];
  /** Configured and visible, but nothing of them is served yet. */
  readonly notIndexed: readonly string[];
}

/**
 * The served revisions that a call reads, by source name.
 *
 * @param asked sources; empty: all that the caller may see
 * @param served what is served, of all sources
 * @param configured names of all sources
 * @throws Fault not-found for a source that is unknown or invisible, precondition for a generation not served yet.
 */
export function chooseRevisions(
  asked: readonly string[],
  minGeneration: ReadonlyMap<string, number>,
  principal: Principal,
  served: readonly Revision[],
  configured: readonly string[],
): Choice {
  const visible = new Map(
    served.filter(({ source }) => maySee(principal, source)).map((revision) => [revision.source, revision]),
  );
  const known = new Set([...visible.keys(), ...configured.filter((name) => maySee(principal, name))]);
  for (const name of [...asked, ...minGeneration.keys()]) if (!known.has(name)) throw unknown(name);
  for (const [source, wanted] of minGeneration) {
    const now = visible.get(source)?.generation ?? 0;
    if (now < wanted) throw notYet(source, now, wanted);
  }
  const wanted = asked.length > 0 ? [...new Set(asked)] : [...known];
  wanted.sort((a, b) => (a < b ? -1 : 1));
  return {
    revisions: wanted.flatMap((name) => visible.get(name) ?? []),
    notIndexed: wanted.filter((name) => !visible.has(name)),
  };
}

/**
 * The generations that an earlier page read.
 *
 * @param readable served now, or less than the grace ago
 * @throws Fault conflict when one is past its grace.
 */
export function revisionsOfPage(
  at: readonly At[],
  principal: Principal,
  readable: (at: At) => Revision | undefined,
): readonly Revision[] {
  return at.map((one) => {
    const revision = maySee(principal, one.source) ? readable(one) : undefined;
    if (revision) return revision;
    throw new Fault("conflict", "the index has moved on since the first page was made; search again from the start", {
      reason: "GENERATION_EXPIRED",
    });
  });
}

function notYet(source: string, now: number, wanted: number): Fault {
  const state = now === 0 ? "has no index yet" : `is served at generation ${now}`;
  return new Fault("precondition", `source '${source}' ${state}, ${wanted} was asked for; wait for its ingest to end`, {
    reason: "GENERATION_NOT_SERVED",
    field: "min_generation",
    metadata: { source, served: String(now), wanted: String(wanted) },
  });
}
