import { setImmediate } from "node:timers/promises";
import type { Refusal } from "../../domain/discovery/mod.ts";
import type { FileRecord } from "../../domain/mod.ts";
import type { ChunkIndex, ListedFile, Source } from "../../ports/mod.ts";
import { Agreed } from "./agreed.ts";
import type { Classifier } from "./classify.ts";
import { contentIdOf, isOfReading } from "./content-id.ts";
import { refusedRecord, sameRecord } from "./file-record.ts";
import { readLimit } from "./prepare-files.ts";
import { ServedCursor } from "./served-cursor.ts";

/** One thing to be done to the next generation; unchanged files have none. */
export type Change =
  /** Read, cut and put. `before` is what is served of it. */
  | { readonly kind: "write"; readonly listed: ListedFile; readonly before: FileRecord | undefined }
  /** Put without content: it may not be indexed. */
  | { readonly kind: "refuse"; readonly record: FileRecord; readonly before: FileRecord | undefined }
  /** Same content, other facts. */
  | { readonly kind: "touch"; readonly record: FileRecord; readonly before: FileRecord }
  | { readonly kind: "remove"; readonly before: FileRecord };

export interface Plan {
  /** In path order, the caller's own. */
  readonly changes: Change[];
  /** Files that stay as they are, skipped ones apart. */
  readonly unchanged: number;
  readonly skippedUnchanged: number;
  /** What the next plan need not look at. */
  readonly agreed: Agreed;
}

export interface PlanInput {
  readonly source: Source;
  /** Sorted by path. */
  readonly listed: readonly ListedFile[];
  /** What is served, sorted by path, in pages. */
  readonly served: AsyncIterable<readonly FileRecord[]>;
  /** What the plan before found, by the same classifier. */
  readonly agreed?: Agreed | undefined;
  readonly classifier: Classifier;
  /** Every file is written anew. */
  readonly full: boolean;
  /** Whether the served generation was written under the same configuration. */
  readonly sameConfiguration: boolean;
  readonly maxFileBytes: number;
}

/** Work done in one go, a millisecond or two, so that calls being served don't wait: in files that are compared. */
const comparedAtOnce = 250;
/** Files that were agreed on before, and are only passed by, for one that is compared. */
const passedForOne = 40;
/** Records a page from the index: few enough that taking one in never holds up a call being served. */
const pageOf = 1_000;

/** The served files of a source in path order. */
export async function* servedFiles(
  index: ChunkIndex,
  source: string,
  generation: number,
  signal: AbortSignal,
): AsyncGenerator<FileRecord> {
  for await (const page of servedPages(index, source, generation, signal)) yield* page;
}

/** The same, a page at a time. */
export async function* servedPages(
  index: ChunkIndex,
  source: string,
  generation: number,
  signal: AbortSignal,
): AsyncGenerator<readonly FileRecord[]> {
  if (generation === 0) return;
  const pageAfter = (path: string) => index.files({ source, generation }, path, pageOf, signal);
  let next: Promise<readonly FileRecord[]> | undefined = pageAfter("");
  while (next !== undefined) {
    const page: readonly FileRecord[] = await next;
    // The next page is on its way while this one is compared.
    next = page.length < pageOf ? undefined : pageAfter(page.at(-1)!.path);
    next?.catch(() => {});
    yield page;
  }
}

/**
 * Compares what is there with what is served, both in path order, in one pass. Only files whose content can't be
 * known otherwise are read.
 */
export async function planChanges(input: PlanInput, signal: AbortSignal): Promise<Plan> {
  const changes: Change[] = [];
  const agreed = new Agreed();
  const agreedOn = !input.full && input.sameConfiguration ? input.agreed?.asked() : undefined;
  let unchanged = 0;
  let skippedUnchanged = 0;
  let work = 0;
  const served = new ServedCursor(input.served);
  await served.turn();
  for (const listed of input.listed) {
    const record = agreedOn?.(listed);
    let before = served.current;
    for (; before !== undefined && before !== record && before.path < listed.path; before = served.current) {
      changes.push({ kind: "remove", before });
      if (served.step()) await served.turn();
    }
    const stands = before !== undefined && before === record;
    const known = stands || before?.path === listed.path ? before : undefined;
    if (known !== undefined && served.step()) await served.turn();
    const change = stands ? undefined : await changeOf(input, listed, known, signal);
    if (change !== undefined) changes.push(change);
    else if (known !== undefined) {
      agreed.add(listed, known);
      if (isKeptOut(known)) skippedUnchanged += 1;
      else unchanged += 1;
    }
    work += stands ? 1 : passedForOne;
    if (work < comparedAtOnce * passedForOne) continue;
    work = 0;
    await setImmediate();
  }
  for (let before = served.current; before !== undefined; before = served.current) {
    changes.push({ kind: "remove", before });
    if (served.step()) await served.turn();
  }
  return { changes, unchanged, skippedUnchanged, agreed };
}

/** What is to be done to one file; undefined: nothing. */
export async function changeOf(
  input: Pick<PlanInput, "source" | "classifier" | "full" | "sameConfiguration" | "maxFileBytes">,
  listed: ListedFile,
  before: FileRecord | undefined,
  signal: AbortSignal,
): Promise<Change | undefined> {
  const { classifier, full, sameConfiguration } = input;
  const refusal = classifier.refusal(listed);
  if (refusal !== undefined) {
    // Most of what a tree keeps out stays as it was: this spares judging its name anew.
    if (!full && sameConfiguration && before !== undefined && standsRefused(before, refusal, listed)) return undefined;
    const record = refusedRecord(listed, refusal, before, classifier);
    if (full || before === undefined || before.chunks > 0) return { kind: "refuse", record, before };
    return sameRecord(before, record) ? undefined : { kind: "touch", record, before };
  }
  if (full || before === undefined || wasRefusedByRule(before, sameConfiguration))
    return { kind: "write", listed, before };
  const contentId = await sameContent(input, listed, before, signal);
  if (contentId === undefined) return { kind: "write", listed, before };
  const facts = freshFacts(listed, before);
  const { commit, updatedAt } = before;
  const asBefore = contentId === before.contentId && facts.commit === commit && facts.updatedAt === updatedAt;
  if (sameConfiguration && asBefore) return undefined;
  const record = { ...before, contentId, ...facts };
  if (!sameConfiguration) Object.assign(record, classifier.place(listed.path));
  return sameRecord(before, record) ? undefined : { kind: "touch", record, before };
}

/** Whether a file was refused for the same cause, with the same facts; under one configuration the rest follows. */
function standsRefused(before: FileRecord, refusal: Refusal, listed: ListedFile): boolean {
  const { commit, updatedAt } = freshFacts(listed, before);
  return (
    before.coverageClass === refusal.class &&
    before.reason === refusal.reason &&
    before.contentId === listed.contentId &&
    before.size === Math.max(0, listed.size) &&
    before.commit === commit &&
    before.updatedAt === updatedAt &&
    before.chunks === 0 &&
    // Else it was read, and its content kept it out.
    before.lines === 0
  );
}

/** Files that a rule kept out may be let in by another rule; what their content kept out stays out. */
function wasRefusedByRule({ coverageClass, reason }: FileRecord, sameConfiguration: boolean): boolean {
  if (coverageClass === "indexed" || coverageClass === "partial") return false;
  return !sameConfiguration || coverageClass === "excluded" || reason === "MISSING" || reason === "UNREADABLE";
}

/** The listing looks only as far back as the last run; older facts are the ones that are stored. */
function freshFacts(listed: ListedFile, before: FileRecord): Pick<FileRecord, "commit" | "updatedAt"> {
  const { commit, updatedAt } = listed;
  return { commit: commit || before.commit, updatedAt: updatedAt || before.updatedAt };
}

/** The content's present id when it is the stored content; undefined when it is another. */
async function sameContent(
  { source, maxFileBytes }: Pick<PlanInput, "source" | "maxFileBytes">,
  listed: ListedFile,
  before: FileRecord,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (listed.contentId !== "" && listed.contentId === before.contentId) return before.contentId;
  // Two blob ids that differ, with a different size or not: another content. What was stored from a reading, or is
  // listed without an id, is known by reading alone.
  if (listed.contentId !== "" && !isOfReading(before.contentId)) return undefined;
  if (listed.size !== before.size) return undefined;
  try {
    const bytes = await source.read(listed.path, readLimit(listed.path, maxFileBytes), signal);
    if ((await contentIdOf(bytes, before.contentId.replace(/^sha1:.*/, ""))) === before.contentId)
      return listed.contentId === "" ? before.contentId : await contentIdOf(bytes, listed.contentId);
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    // It is read again when it is written, which judges what is wrong with it.
    return undefined;
  }
}

/** Whether a file has no passages because a rule or its content keeps it out. */
export function isKeptOut({ coverageClass }: FileRecord): boolean {
  return coverageClass === "skipped" || coverageClass === "excluded";
}

/** Whether a file with the same content is to be found under another subsystem or other tags. */
export function isMoved({ record, before }: Extract<Change, { kind: "touch" }>): boolean {
  return record.subsystem !== before.subsystem || !sameRecord(record.tags, before.tags);
}
