import { Fault, type IngestRun, nextGeneration, type Revision } from "../../domain/mod.ts";
import type { Listing } from "../../ports/mod.ts";
import type { Classifier } from "./classify.ts";
import { lacksGraph } from "./graph/lacks-graph.ts";
import { fingerprintOf } from "./ingest-parts.ts";
import { type LiveRun, reportEvery, restAfter } from "./live-run.ts";
import { type Change, isKeptOut, isMoved, type Plan, planChanges } from "./plan-changes.ts";
import { planOnly } from "./plan-only.ts";
import type { SourceIngest } from "./source-ingest.ts";
import { type Planned, writeGeneration } from "./write-generation.ts";

/**
 * One run over one source, from its lease to its generation. Returns how it ended: succeeded or planned.
 * @throws whatever went wrong; the served generation is then untouched.
 */
export async function ingestSource(ingest: SourceIngest): Promise<IngestRun> {
  const planned = await planGeneration(ingest);
  return "ended" in planned ? planned.ended : await writeGeneration(ingest, planned);
}

/** Compares what is there with what is served. What was listed is not held any longer than that. */
async function planGeneration(ingest: SourceIngest): Promise<Planned | { readonly ended: IngestRun }> {
  const { parts, source, live, rules } = ingest;
  const { maxFileBytes } = rules;
  const { state, index } = parts;
  const { signal } = live;
  // With the lease, nobody else flips: what another gateway flipped just before is what this run begins from.
  await state.revisions.refresh(signal);
  const base = state.revisions.served().find((revision) => revision.source === source.name);
  const fingerprint = fingerprintOf(parts);
  const rebuilt = base !== undefined && base.fingerprint !== fingerprint;
  const full = live.run.mode === "full" || rebuilt || (await lacksGraph(parts.graph, base, signal));
  const anew = full || base === undefined;

  live.enter("listing");
  const listing = await source.list(full ? "" : (base?.commit ?? ""), signal);
  live.warn(listing.warnings);
  live.update({ commit: listing.head.commit, previousCommit: base?.commit ?? "", embedder: fingerprint });

  refuseVanished(listing, base, full, source.name);
  live.enter("planning");
  const classifier = await ingest.kept.classifiers.open(source, listing.files, rules, anew, signal);
  live.warn([...listing.warnings, ...classifier.warnings]);
  const sameConfiguration = base?.configuration === classifier.configuration;
  const served = ingest.kept.records.of(index, source.name, base?.generation ?? 0, signal);
  const agreed = ingest.kept.agreed.get(classifier);
  const plan = await planChanges(
    { source, listed: listing.files, served, agreed, classifier, full, sameConfiguration, maxFileBytes },
    signal,
  );
  // Nothing is served yet, or nothing is believed: then there is nothing to agree on that is worth its memory.
  if (!anew) ingest.kept.agreed.set(classifier, plan.agreed);
  countPlan(live, plan, listing.files.length);

  if (live.run.dryRun) {
    await savePlan(ingest, plan, classifier);
    return { ended: live.end({ state: "planned" }) };
  }
  const next: Revision = {
    source: source.name,
    generation: nextGeneration(base?.generation ?? 0, parts.clock.now()),
    commit: listing.head.commit,
    dirty: listing.head.dirty,
    indexedAt: parts.clock.now(),
    fingerprint,
    configuration: classifier.configuration,
    files: base?.files ?? 0,
    chunks: base?.chunks ?? 0,
  };
  // Nothing differs, so there is nothing to serve anew. A new commit with the same files does make a revision:
  // replies name the commit they were answered from.
  if (base !== undefined && plan.changes.length === 0 && sameStanding(base, next)) {
    live.update({ chunks: { ...live.run.chunks, total: base.chunks } });
    if (parts.graph !== undefined) live.update({ graph: await parts.graph.count(base, signal) });
    return { ended: live.end({ state: "succeeded" }) };
  }
  return { base, promised: next, changes: plan.changes, classifier, full, sameConfiguration };
}

/** What the run would do, to be asked for later. Counted as the run would count it. */
async function savePlan({ parts, source, live, rules }: SourceIngest, plan: Plan, classifier: Classifier) {
  const { signal, tally } = live;
  const preparing = { source, parser: parts.parser, classifier, maxFileBytes: rules.maxFileBytes };
  const planned = await planOnly(plan, preparing, signal, ({ before, record }) => {
    if (isKeptOut(record)) live.moveToSkipped(before);
    tally.filesDone += 1;
    tally.currentPath = record.path;
    tally.bytesDone += record.size;
    if (tally.filesDone % reportEvery === 0) live.report();
  });
  if (plan.changes.length > restAfter) parts.parser.rest?.();
  await parts.state.jobs.savePlan(live.run.runId, planned, signal);
}

/**
 * A folder that had files and is now empty, and no repository, is most likely a mount that went away. Its files were not
 * deleted, so they are not removed; who means it asks for a full run.
 */
function refuseVanished({ head, files }: Listing, base: Revision | undefined, full: boolean, source: string): void {
  if (full || base === undefined || base.files === 0) return;
  if (head.commit !== "" || files.length > 0) return;
  const message = `the folder of source "${source}" is empty${base.commit === "" ? "" : " and no Git work tree any more"}; restore it (was it unmounted?), or ask for a full run if it is meant to be empty`;
  throw new Fault("precondition", message, { reason: "SOURCE_GONE", metadata: { source } });
}

function sameStanding(a: Revision, b: Revision): boolean {
  return (
    a.commit === b.commit &&
    a.dirty === b.dirty &&
    a.configuration === b.configuration &&
    a.fingerprint === b.fingerprint
  );
}

function countPlan(live: LiveRun, plan: Plan, discovered: number): void {
  const count = (kind: Change["kind"]) => plan.changes.filter((change) => change.kind === kind).length;
  const writes = plan.changes.filter((change) => change.kind === "write");
  const touched = plan.changes.filter((change) => change.kind === "touch");
  const keptOut = touched.filter(({ record }) => isKeptOut(record)).length;
  const moved = touched.filter((change) => !isKeptOut(change.record) && isMoved(change)).length;
  const added = writes.filter(({ before }) => before === undefined).length;
  live.tally.filesTotal = plan.changes.length;
  live.update({
    files: {
      discovered,
      added,
      changed: writes.length - added + moved,
      removed: count("remove"),
      unchanged: plan.unchanged + touched.length - keptOut - moved,
      skipped: plan.skippedUnchanged + keptOut + count("refuse"),
    },
  });
}
