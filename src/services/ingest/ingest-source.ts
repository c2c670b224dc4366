import {
  Fault,
  type FileRecord,
  type IngestRun,
  nextGeneration,
  type Revision,
  throwIfAborted,
} from "../../domain/mod.ts";
import type { IndexWriter, Lease, Listing, Source } from "../../ports/mod.ts";
import { AtPath } from "./at-path.ts";
import type { Classifier } from "./classify.ts";
import { GraphRun } from "./graph/graph-run.ts";
import { lacksGraph } from "./graph/lacks-graph.ts";
import { fingerprintOf, type IngestParts, unstoppable } from "./ingest-parts.ts";
import type { Rules } from "./ingest-settings.ts";
import type { KeptBetweenRuns } from "./kept-between-runs.ts";
import { ledgerEntry } from "./ledger-entry.ts";
import type { LiveRun } from "./live-run.ts";
import { type Change, isKeptOut, type Plan, planChanges, plannedFile } from "./plan-changes.ts";
import { type Changed, ServedRecords } from "./served-records.ts";
import { writeFiles } from "./write-files.ts";

export interface SourceIngest {
  readonly parts: IngestParts;
  readonly source: Source;
  readonly live: LiveRun;
  readonly lease: Lease;
  readonly startedSequence: number;
  readonly rules: Rules;
  readonly kept: KeptBetweenRuns;
}

/**
 * One run over one source, from its lease to its generation. Returns how it ended: succeeded or planned.
 * @throws whatever went wrong; the served generation is then untouched.
 */
export async function ingestSource(ingest: SourceIngest): Promise<IngestRun> {
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

  live.enter("listing");
  const listing = await source.list(full ? "" : (base?.commit ?? ""), signal);
  live.warn(listing.warnings);
  live.update({ commit: listing.head.commit, previousCommit: base?.commit ?? "", embedder: fingerprint });

  refuseVanished(listing, base, full, source.name);
  live.enter("planning");
  const classifier = await ingest.kept.classifiers.open(source, listing.files, rules, full, signal);
  live.warn([...listing.warnings, ...classifier.warnings]);
  const sameConfiguration = base?.configuration === classifier.configuration;
  const served = ingest.kept.records.of(index, source.name, base?.generation ?? 0, signal);
  const plan = await planChanges(
    { source, listed: listing.files, served, classifier, full, sameConfiguration, maxFileBytes },
    signal,
  );
  countPlan(live, plan, listing.files.length);

  if (live.run.dryRun) {
    await state.jobs.savePlan(live.run.runId, plan.changes.map(plannedFile), signal);
    return live.end({ state: "planned" });
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
    return live.end({ state: "succeeded" });
  }
  return await writeGeneration(ingest, base, next, { plan, classifier, full, sameConfiguration });
}

/**
 * A folder that was a repository with files and is now no repository and empty is most likely a mount that went away.
 * Its files were not deleted, so they are not removed; who means it asks for a full run.
 */
function refuseVanished({ head, files }: Listing, base: Revision | undefined, full: boolean, source: string): void {
  if (full || base === undefined || base.commit === "" || base.files === 0) return;
  if (head.commit !== "" || files.length > 0) return;
  const message = `the folder of source "${source}" is empty and no Git work tree any more; restore it (was it unmounted?), or ask for a full run if it is meant to be empty`;
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
  const added = writes.filter(({ before }) => before === undefined).length;
  live.tally.filesTotal = plan.changes.length;
  live.update({
    files: {
      discovered,
      added,
      changed: writes.length - added,
      removed: count("remove"),
      unchanged: plan.unchanged + touched.length - keptOut,
      skipped: plan.skippedUnchanged + keptOut + count("refuse"),
    },
  });
}

interface Planned {
  readonly plan: Plan;
  readonly classifier: Classifier;
  readonly full: boolean;
  readonly sameConfiguration: boolean;
}

async function writeGeneration(
  ingest: SourceIngest,
  base: Revision | undefined,
  promised: Revision,
  planned: Planned,
): Promise<IngestRun> {
  const { parts, source, live, kept } = ingest;
  const { plan, classifier, full, sameConfiguration } = planned;
  const { signal } = live;
  live.enter("indexing");
  const { embedder, index } = parts;
  const written = plan.changes.reduce((sum, one) => sum + (one.kind === "write" ? Math.max(0, one.listed.size) : 0), 0);
  await index.room(written, signal);
  // Where job state was lost, the index may know of higher numbers than the clock gives.
  const known = base === undefined ? await index.count({ source: source.name, generation: 0 }, signal) : { latest: 0 };
  const generation = Math.max(promised.generation, known.latest + 1);
  const next = { ...promised, generation };
  const writer = await index.begin(source.name, base?.generation ?? 0, generation, embedder.fingerprint, signal);
  let graph: GraphRun | undefined;
  try {
    const input = { source: source.name, base, next: generation, full, sameConfiguration, known: kept.graphPaths };
    if (parts.graph !== undefined) graph = await GraphRun.begin({ ...input, store: parts.graph }, signal);
    const put = await writeChanges(ingest, { writer, graph }, plan, classifier);
    if (graph !== undefined) await linkGraph(live, graph, classifier);
    live.enter("committing");
    if (graph !== undefined) live.update({ graph: await graph.commit(signal) });
    const totals = await writer.commit(signal);
    live.update({ chunks: { ...live.run.chunks, total: totals.chunks } });
    const ended = await serve(ingest, { ...next, ...totals });
    kept.records.moved(source.name, base?.generation ?? 0, generation, put);
    graph?.served(generation);
    return ended;
  } catch (error) {
    for (const written of [graph, writer]) {
      await written?.abort().catch((cause: unknown) => {
        live.log.error({ err: cause }, "taking back what was written failed; the next run will");
      });
    }
    throw error;
  }
}

/** What files say becomes nodes and edges: of those that changed, and of those whose names lead to them. */
async function linkGraph(live: LiveRun, graph: GraphRun, classifier: Classifier): Promise<void> {
  live.enter("linking");
  const { files, all } = await graph.link(classifier, live.signal, (path) => {
    live.tally.currentPath = path;
  });
  live.log.info({ stage: "linking", files_linked: files, all }, "ingest: what files say was linked");
}

/** Returns what was put, unless it is too much to keep. */
async function writeChanges(
  { parts, source, live, rules: { maxFileBytes } }: SourceIngest,
  { writer, graph }: { readonly writer: IndexWriter; readonly graph: GraphRun | undefined },
  { changes }: Plan,
  classifier: Classifier,
): Promise<Changed | undefined> {
  const { signal, tally } = live;
  const put = ServedRecords.changes(changes.length);
  const done = (path: string, before: FileRecord | undefined, after: FileRecord | undefined, reused = 0) => {
    tally.filesDone += 1;
    tally.currentPath = path;
    tally.chunksDone += after?.chunks ?? 0;
    tally.bytesDone += after?.size ?? 0;
    const { written, removed, total } = live.run.chunks;
    const chunks = {
      written: written + (after?.chunks ?? 0),
      removed: removed + (before?.chunks ?? 0),
      reused: live.run.chunks.reused + reused,
      total,
    };
    live.update({ chunks });
    if (tally.filesDone % reportEvery === 0) live.report();
  };
  for (const change of changes) {
    if (change.kind === "write") continue;
    const path = change.kind === "remove" ? change.before.path : change.record.path;
    try {
      if (change.kind === "remove") await writer.remove(path, signal);
      else if (change.kind === "touch") await writer.touch(change.record, signal);
      else await writer.put(change.record, [], [], signal);
      if (change.kind === "touch") await graph?.touched(change.record, signal);
      else await graph?.removed(path, signal);
    } catch (error) {
      throw new AtPath(path, error);
    }
    put?.set(path, change.kind === "remove" ? undefined : change.record);
    if (change.kind === "touch") done(path, undefined, undefined);
    else done(path, change.before, undefined);
  }
  const writes = changes.filter((change) => change.kind === "write");
  const writing = { source, parser: parts.parser, embedder: parts.embedder, writer, graph, classifier, maxFileBytes };
  for await (const { before, record, reused } of writeFiles(writes, writing, signal)) {
    if (record.coverageClass === "skipped") moveToSkipped(live, before);
    put?.set(record.path, record);
    done(record.path, before, record, reused);
  }
  return put;
}

/** Watchers hear of every so many files: progress that moves, without an event a file. */
const reportEvery = 25;

/** A file that only its content keeps out was planned as added or changed: the counts add up to what was listed. */
function moveToSkipped(live: LiveRun, before: FileRecord | undefined): void {
  const { files } = live.run;
  const from = before === undefined ? "added" : "changed";
  live.update({ files: { ...files, [from]: files[from] - 1, skipped: files.skipped + 1 } });
}

/** From here a cancel comes too late: the generation is complete, and serving it is one short transaction. */
async function serve({ parts, live, lease, startedSequence }: SourceIngest, revision: Revision): Promise<IngestRun> {
  throwIfAborted(live.signal);
  const { generation } = revision;
  const details = { generation: String(generation), files: String(revision.files), chunks: String(revision.chunks) };
  await parts.ledger.append(ledgerEntry("committing", live.run, startedSequence, details), unstoppable);
  const change = { state: "succeeded", generation } as const;
  await parts.state.revisions.flip(
    revision,
    { ...live.run, ...change, finishedAt: parts.clock.now() },
    lease,
    unstoppable,
  );
  return live.end(change);
}
