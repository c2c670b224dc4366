import { type CoverageEntry, type CoverageReport, Fault, type FileRecord, type Revision } from "../../../domain/mod.ts";
import type { ChunkIndex, Clock, CoverageStore, Random, Revisions, Source, Sources } from "../../../ports/mod.ts";
import { servedFiles } from "../plan-changes.ts";
import { addUp } from "./add-up.ts";

export interface ReportParts {
  readonly sources: Sources;
  readonly index: ChunkIndex;
  readonly store: CoverageStore;
  readonly state: { readonly revisions: Pick<Revisions, "served"> };
  readonly clock: Clock & Random;
}

/** Times a report is begun anew because the generation it reads was superseded and swept under it. */
const attempts = 3;
/** Entries of the report before, read at a time. */
const pageOf = 1_000;

/** Writes a report of what is served of a source. @throws as `Coverage.generate`, the ledger's apart. */
export async function writeReport(
  parts: ReportParts,
  source: Source,
  runId: string,
  signal: AbortSignal,
): Promise<CoverageReport> {
  for (let attempt = 1; ; attempt += 1) {
    const revision = servedRevision(parts, source.name);
    try {
      return await attemptReport(parts, source, revision, runId, signal);
    } catch (error) {
      const superseded = servedRevision(parts, source.name).generation !== revision.generation;
      if (attempt === attempts || signal.aborted || !superseded) throw error;
    }
  }
}

export function servedRevision({ state }: Pick<ReportParts, "state">, source: string): Revision {
  const revision = state.revisions.served().find((served) => served.source === source);
  if (revision !== undefined) return revision;
  throw new Fault("precondition", `source '${source}' is not indexed yet; start an ingest, then ask again`, {
    reason: "NOT_INDEXED",
  });
}

async function attemptReport(
  { index, store, clock }: ReportParts,
  source: Source,
  revision: Revision,
  runId: string,
  signal: AbortSignal,
): Promise<CoverageReport> {
  const sum = addUp();
  const [before] = await store.reports(source.name, signal);
  const commitsBehind = await behind(source, revision, signal);
  const files = servedFiles(index, source.name, revision.generation, signal);
  return store.save(
    source.name,
    entriesOf(files, pathsOf(store, before, signal), sum),
    () => {
      const summary = sum.summary();
      if (summary.tracked !== revision.files)
        throw new Fault("unavailable", "the index changed while the report was written; try again");
      const reportId = clock.uuid();
      return { reportId, source: source.name, generatedAt: clock.now(), revision, runId, summary, commitsBehind };
    },
    signal,
  );
}

/** A tree that can't be looked at now is no reason to have no report of what is indexed. */
export async function behind(source: Source, { commit }: Revision, signal: AbortSignal): Promise<number> {
  if (commit === "") return -1;
  try {
    return (await source.head(signal)).commit === commit ? 0 : await source.commitsSince(commit, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return -1;
  }
}

/** The entries of the files, each added up as it goes by, and the paths of before that none of them has. */
async function* entriesOf(
  files: AsyncIterable<FileRecord>,
  paths: AsyncGenerator<string>,
  sum: ReturnType<typeof addUp>,
): AsyncGenerator<CoverageEntry> {
  let old = await paths.next();
  for await (const file of files) {
    for (; !old.done && old.value < file.path; old = await paths.next()) sum.remove(old.value);
    if (!old.done && old.value === file.path) old = await paths.next();
    const { contentId: _id, size: _size, tags: _tags, redacted: _redacted, ...entry } = file;
    sum.add(entry);
    yield entry;
  }
  for (; !old.done; old = await paths.next()) sum.remove(old.value);
}

const everything = { classes: [], pathPrefixes: [] };

/** Paths of a report, in order. One that can't be read has none: the next report has it for its report before. */
async function* pathsOf(
  store: CoverageStore,
  report: CoverageReport | undefined,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (report === undefined) return;
  for (let after = ""; ; ) {
    const page = await store
      .entries(report.source, report.reportId, everything, after, pageOf, signal)
      .catch((error: unknown) => {
        if (signal.aborted) throw error;
        return undefined;
      });
    if (page === undefined) return;
    for (const { path } of page) yield path;
    if (page.length < pageOf) return;
    after = page.at(-1)!.path;
  }
}
