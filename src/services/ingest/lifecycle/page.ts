import type { LifecycleReport } from "./reports.ts";
import type { StaleDoc } from "./stale-docs.ts";

/** Where a page starts: so many of what was found out once are given, and so many of the graph's nodes looked at. */
export interface Position {
  readonly found: number;
  readonly orphans: number;
}

export interface FoundPage {
  readonly stale: readonly StaleDoc[];
  readonly untested: readonly string[];
  readonly removed: readonly string[];
  /** Up to where. */
  readonly to: number;
  /** Whether there are no more, and orphans come next. */
  readonly last: boolean;
}

/** Paths of changed files in one reply, some 100 bytes each: a page ends early rather than outgrow a message. */
const mostChanged = 10_000;

/** A page of what was found out once: stale documents, then untested subsystems, then what was removed. */
export function pageOf({ stale, untested, removed }: LifecycleReport, from: number, limit: number): FoundPage {
  const total = stale.length + untested.length + removed.length;
  let to = Math.max(from, Math.min(total, from + limit));
  let changed = 0;
  for (let at = from; at < Math.min(to, stale.length); at++) {
    changed += stale[at]!.changed.length;
    if (at > from && changed > mostChanged) to = at;
  }
  const part = <T>(all: readonly T[], before: number) =>
    all.slice(Math.max(0, from - before), Math.max(0, to - before));
  return {
    stale: part(stale, 0),
    untested: part(untested, stale.length),
    removed: part(removed, stale.length + untested.length),
    to,
    last: to >= total,
  };
}
