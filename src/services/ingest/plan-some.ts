import type { FileRecord, Revision } from "../../domain/mod.ts";
import type { PartialListing, Source } from "../../ports/mod.ts";
import type { Classifier } from "./classify.ts";
import { fingerprintOf, type IngestParts } from "./ingest-parts.ts";
import type { Rules } from "./ingest-settings.ts";
import type { KeptBetweenRuns } from "./kept-between-runs.ts";
import { type Change, changeOf, isKeptOut } from "./plan-changes.ts";
import type { Ground } from "./scopes.ts";

/** What a run over some paths is planned from. */
export interface SomeInput {
  readonly parts: Pick<IngestParts, "embedder" | "parser">;
  readonly source: Source;
  readonly rules: Rules;
  readonly kept: KeptBetweenRuns;
  readonly base: Revision;
  readonly ground: Ground;
}

/** The plan of a run over some paths; its counts are of the whole source. */
export interface SomePlan {
  readonly some: PartialListing;
  readonly classifier: Classifier;
  readonly changes: Change[];
  readonly discovered: number;
  readonly unchanged: number;
  readonly skippedUnchanged: number;
}

/**
 * Plans what changed of some paths, as a plan of all files would. Undefined where that can't be told from them alone:
 * other files may belong elsewhere now, or what the run before left is not there.
 */
export async function planSome(
  input: SomeInput,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<SomePlan | undefined> {
  const { source, rules, kept, base, ground } = input;
  if (ground.generation !== base.generation || base.fingerprint !== fingerprintOf(input.parts)) return undefined;
  const recordOf = kept.records.at(source.name, base.generation);
  if (recordOf === undefined) return undefined;
  const some = await lookAt(source, ground, paths, signal);
  if (some === undefined || some.head.commit !== base.commit) return undefined;
  const classifier = kept.classifiers.standing(source, rules, some);
  if (classifier === undefined || classifier.configuration !== base.configuration) return undefined;

  const planned = { source, classifier, full: false, sameConfiguration: true, maxFileBytes: rules.maxFileBytes };
  const changes: Change[] = [];
  let discovered = ground.discovered;
  const moved: FileRecord[] = [];
  for (const listed of some.files) {
    const before = recordOf(listed.path);
    if (before === undefined) discovered += 1;
    const change = await changeOf(planned, listed, before, signal);
    if (change === undefined) continue;
    changes.push(change);
    if (before !== undefined) moved.push(before);
  }
  for (const path of some.absent) {
    const before = recordOf(path);
    if (before === undefined) continue;
    discovered -= 1;
    changes.push({ kind: "remove", before });
    moved.push(before);
  }
  const keptOut = moved.filter(isKeptOut).length;
  return {
    some,
    classifier,
    changes: changes.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1)),
    discovered,
    unchanged: ground.discovered - ground.skipped - (moved.length - keptOut),
    skippedUnchanged: ground.skipped - keptOut,
  };
}

/** What was looked at already and led to no run is looked at again: nobody else knows of it. */
function lookAt(
  source: Source,
  { looked, mark }: Ground,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<PartialListing | undefined> | PartialListing | undefined {
  if (looked === undefined) return source.listSome?.(paths, mark, signal);
  if (looked.paths === paths) return looked.some;
  const before = [...looked.some.files.map(({ path }) => path), ...looked.some.absent];
  return source.listSome?.([...before, ...paths], mark, signal);
}

function pathOf(change: Change): string {
  if (change.kind === "write") return change.listed.path;
  return change.kind === "remove" ? change.before.path : change.record.path;
}
