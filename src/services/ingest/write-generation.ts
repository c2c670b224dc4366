import { Fault, type FileRecord, type IngestRun, noChunks, type Revision, throwIfAborted } from "../../domain/mod.ts";
import type { IndexWriter } from "../../ports/mod.ts";
import { AtPath } from "./at-path.ts";
import type { Classifier } from "./classify.ts";
import { GraphRun } from "./graph/graph-run.ts";
import { unstoppable } from "./ingest-parts.ts";
import { ledgerEntry } from "./ledger-entry.ts";
import { type LiveRun, reportEvery, restAfter } from "./live-run.ts";
import type { Change } from "./plan-changes.ts";
import { type Changed, ServedRecords } from "./served-records.ts";
import type { SourceIngest } from "./source-ingest.ts";
import { writeFiles } from "./write-files.ts";

/** What a generation is to be made of. */
export interface Planned {
  readonly base: Revision | undefined;
  /** What is to be served; its number may still rise. */
  readonly promised: Revision;
  /** In path order. Let go while they are written: tens of thousands weigh as much as all else of the run. */
  readonly changes: Change[];
  readonly classifier: Classifier;
  readonly full: boolean;
  readonly sameConfiguration: boolean;
}

/** Writes what was planned, links it and serves it. @throws whatever went wrong, with what was written taken back. */
export async function writeGeneration(ingest: SourceIngest, planned: Planned): Promise<IngestRun> {
  const { parts, source, live, kept } = ingest;
  const { base, promised, changes, classifier, full, sameConfiguration } = planned;
  const { signal } = live;
  live.enter("indexing");
  const { embedder, index } = parts;
  const written = changes.reduce((sum, one) => sum + (one.kind === "write" ? Math.max(0, one.listed.size) : 0), 0);
  await index.room(written, signal);
  // Where job state was lost, the index may know of higher numbers than the clock gives.
  const known = base === undefined ? await index.count({ source: source.name, generation: 0 }, signal) : { latest: 0 };
  const generation = Math.max(promised.generation, known.latest + 1);
  const next = { ...promised, generation };
  await refuseOvertaken(ingest, base);
  const writer = await index.begin(source.name, base?.generation ?? 0, generation, embedder.fingerprint, signal);
  let graph: GraphRun | undefined;
  try {
    const input = { source: source.name, base, next: generation, full, sameConfiguration, known: kept.graphPaths };
    if (parts.graph !== undefined) graph = await GraphRun.begin({ ...input, store: parts.graph }, signal);
    const many = changes.length > restAfter;
    const put = await writeChanges(ingest, { writer, graph }, changes, classifier);
    if (many) for (const one of [parts.parser, embedder]) one.rest?.();
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

/**
 * A process that was paused until its lease was over finds that another has served a generation since: beginning from
 * the one before would take that back.
 */
async function refuseOvertaken({ parts, source, live }: SourceIngest, base: Revision | undefined): Promise<void> {
  const { revisions } = parts.state;
  await revisions.refresh(live.signal);
  const served = revisions.served().find((revision) => revision.source === source.name);
  if (served?.generation === base?.generation) return;
  throw new Fault("conflict", "another process has ingested this source meanwhile; what it serves stands", {
    reason: "LEASE_LOST",
    metadata: { source: source.name },
  });
}

/** What files say becomes nodes and edges: of those that changed, and of those whose names lead to them. */
async function linkGraph(live: LiveRun, graph: GraphRun, classifier: Classifier): Promise<void> {
  live.enter("linking");
  const { files, all } = await graph.link(classifier, live.signal, (path) => {
    live.tally.currentPath = path;
  });
  live.log.info({ stage: "linking", files_linked: files, all }, "ingest: what files say was linked");
}

interface Into {
  readonly writer: IndexWriter;
  readonly graph: GraphRun | undefined;
}

/** Returns what was put, unless it is too much to keep. */
async function writeChanges(
  ingest: SourceIngest,
  into: Into,
  changes: Change[],
  classifier: Classifier,
): Promise<Changed | undefined> {
  const waiting = ingest.kept.filesWaiting.enter(changes.length);
  try {
    return await writeEach(ingest, into, changes, classifier, waiting.done);
  } finally {
    waiting.leave();
  }
}

async function writeEach(
  { parts, source, live, rules: { maxFileBytes } }: SourceIngest,
  { writer, graph }: Into,
  changes: Change[],
  classifier: Classifier,
  stored: () => void,
): Promise<Changed | undefined> {
  const { signal, tally, handled } = live;
  const put = ServedRecords.changes(changes.length);
  const done = (path: string, before: FileRecord | undefined, after: FileRecord | undefined, reused = 0) => {
    tally.filesDone += 1;
    stored();
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
    const about = change.kind === "remove" ? change.before : change.record;
    const { path } = about;
    try {
      if (change.kind === "remove") await writer.remove(path, signal);
      else if (change.kind === "touch") await writer.touch(change.record, signal);
      else await writer.put(change.record, noChunks(), new Map(), signal);
      if (change.kind === "touch") await graph?.touched(change.record, signal);
      else await graph?.removed(path, signal);
    } catch (error) {
      throw new AtPath(path, error);
    }
    put?.set(path, change.kind === "remove" ? undefined : change.record);
    handled.add(about);
    if (change.kind === "touch") done(path, undefined, undefined);
    else done(path, change.before, undefined);
  }
  const writes = changes.filter((change) => change.kind === "write");
  changes.length = 0;
  const writing = { source, parser: parts.parser, embedder: parts.embedder, writer, graph, classifier, maxFileBytes };
  for await (const { before, record, reused } of writeFiles(letGo(writes), writing, signal)) {
    if (record.coverageClass === "skipped") live.moveToSkipped(before);
    put?.set(record.path, record);
    handled.add(record);
    done(record.path, before, record, reused);
  }
  return put;
}

/** Hands a list's items out from the first to the last, and keeps none. */
function* letGo<T>(list: T[]): Generator<T, undefined> {
  list.reverse();
  for (let one = list.pop(); one !== undefined; one = list.pop()) yield one;
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
