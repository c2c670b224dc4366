import { aborted, Fault, type Revision } from "../../domain/mod.ts";
import type { Ingester, Source, State } from "../../ports/mod.ts";
import type { Standing } from "./wire.ts";

/** Where a source's index stands against its tree. A source that can't be looked at is said so, not left out. */
export async function standingOf(
  source: Source,
  state: State,
  ingester: Ingester,
  signal: AbortSignal,
): Promise<Standing> {
  const { name } = source;
  const revision = state.revisions.served().find((served) => served.source === name);
  const [lastRun] = await state.jobs.runs({ sources: [name], states: [] }, "", 1, signal);
  const warnings = [...ingester.warnings(name)];
  if (revision === undefined) warnings.push("not indexed yet: start an ingest");
  const unknown = { headCommit: "", headDirty: false, commitsBehind: -1 };
  const now = await lookAt(source, revision, signal).catch((error: unknown) => {
    if (signal.aborted) throw aborted(signal);
    warnings.push(error instanceof Fault ? error.message : "the tree could not be looked at; see the gateway's log");
    return unknown;
  });
  return { name, revision, lastRun, warnings, ...now };
}

async function lookAt(source: Source, revision: Revision | undefined, signal: AbortSignal) {
  const { commit, dirty } = await source.head(signal);
  const commitsBehind =
    revision === undefined ? -1 : revision.commit === commit ? 0 : await source.commitsSince(revision.commit, signal);
  return { headCommit: commit, headDirty: dirty, commitsBehind };
}
