import { Fault, type IngestRun, nextGeneration, type Revision } from "../../domain/mod.ts";
import type { Head, Listing } from "../../ports/mod.ts";
import type { Classifier } from "./classify.ts";
import { lacksGraph } from "./graph/lacks-graph.ts";
import { fingerprintOf, type IngestParts } from "./ingest-parts.ts";
import { type LiveRun, reportEvery, restAfter } from "./live-run.ts";
import { type Change, isKeptOut, isMoved, type Plan, planChanges } from "./plan-changes.ts";
import { planOnly } from "./plan-only.ts";
import { planSome } from "./plan-some.ts";
import type { Ground } from "./scopes.ts";
import type { SourceIngest } from "./source-ingest.ts";
import { type Planned, writeGeneration } from "./write-generation.ts";

/**
 * One run over one source, from its lease to its generation. Returns how it ended: succeeded or planned.
 * @throws whatever went wrong; the served generation is then untouched.
 */
export async function ingestSource(ingest: SourceIngest): Promise<IngestRun> {
  const { source, kept } = ingest;
  const ground = kept.scopes.take(source.name);
  const { planned, mark } = (await planScoped(ingest, ground)) ?? (await planGeneration(ingest));
  const ended = "ended" in planned ? planned.ended : await writeGeneration(ingest, planned);
  if (mark !== undefined && ended.state === "succeeded") {
    const { discovered, skipped } = ended.files;
    const generation = ended.generation || servedOf(ingest)?.generation || 0;
    kept.scopes.keep(source.name, { mark, generation, discovered, skipped, warnings: ingest.live.warnings });
  }
  return ended;
}

/** A plan, or how the run ended since there was nothing to do; and the look that it was made from. */
interface PlannedFrom {
  readonly planned: Planned | { readonly ended: IngestRun };
  readonly mark: number | undefined;
}

function servedOf({ parts, source }: SourceIngest): Revision | undefined {
  return parts.state.revisions.served().find((revision) => revision.source === source.name);
}

/** Compares what is there of some paths with what is served of them; undefined where all files have to be looked at. */
async function planScoped(ingest: SourceIngest, ground: Ground | undefined): Promise<PlannedFrom | undefined> {
  const { parts, source, live, rules, kept, paths } = ingest;
  const { signal } = live;
  if (paths === undefined || ground === undefined || live.run.mode === "full" || live.run.dryRun) return undefined;
  await parts.state.revisions.refresh(signal);
  const base = servedOf(ingest);
  if (base === undefined || (await lacksGraph(parts.graph, base, signal))) return undefined;
  live.enter("listing");
  const plan = await planSome({ parts, source, rules, kept, base, ground }, paths, signal);
  if (plan === undefined) return undefined;
  const { some, classifier, changes, discovered } = plan;
  live.log.info(
    { paths: paths.length, looked_at: some.files.length + some.absent.length },
    "ingest: a look at some paths",
  );
  live.enter("planning");
  live.warn(ground.warnings);
  live.update({ commit: some.head.commit, previousCommit: base.commit, embedder: base.fingerprint });
  countPlan(live, plan, discovered);
  kept.classifiers.moved(source.name, some);
  const next = { ...base, ...standingNow(parts, base, some.head) };
  if (changes.length === 0 && sameStanding(base, next))
    return { planned: { ended: await endUnchanged(ingest, base) }, mark: some.mark };
  const planned = { base, promised: next, changes, classifier, full: false, sameConfiguration: true };
  return { planned, mark: some.mark };
}

/** What of a revision a run makes anew, its configuration apart. */
function standingNow({ clock }: Pick<IngestParts, "clock">, base: Revision | undefined, { commit, dirty }: Head) {
  const now = clock.now();
  return { generation: nextGeneration(base?.generation ?? 0, now), commit, dirty, indexedAt: now };
}

/** Compares what is there with what is served. What was listed is not held any longer than that. */
async function planGeneration(ingest: SourceIngest): Promise<PlannedFrom> {
  const { parts, source, live, rules } = ingest;
  const { maxFileBytes } = rules;
  const { state, index } = parts;
  const { signal } = live;
  // With the lease, nobody else flips: what another gateway flipped just before is what this run begins from.
  await state.revisions.refresh(signal);
  const base = servedOf(ingest);
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
    return { planned: { ended: live.end({ state: "planned" }) }, mark: undefined };
  }
  const next: Revision = {
    source: source.name,
    ...standingNow(parts, base, listing.head),
    fingerprint,
    configuration: classifier.configuration,
    files: base?.files ?? 0,
    chunks: base?.chunks ?? 0,
  };
  // Nothing differs, so there is nothing to serve anew. A new commit with the same files does make a revision:
  // replies name the commit they were answered from.
  const { mark } = listing;
  if (base !== undefined && plan.changes.length === 0 && sameStanding(base, next))
    return { planned: { ended: await endUnchanged(ingest, base) }, mark };
  return { planned: { base, promised: next, changes: plan.changes, classifier, full, sameConfiguration }, mark };
}

async function endUnchanged({ parts, live }: SourceIngest, base: Revision): Promise<IngestRun> {
  live.update({ chunks: { ...live.run.chunks, total: base.chunks } });
  if (parts.graph !== undefined) live.update({ graph: await parts.graph.count(base, live.signal) });
  return live.end({ state: "succeeded" });
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

function countPlan(live: LiveRun, plan: Omit<Plan, "agreed">, discovered: number): void {
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
