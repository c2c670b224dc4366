import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CoverageEntry,
  type CoverageFilter,
  type CoverageReport,
  Fault,
  throwIfAborted,
} from "../../domain/mod.ts";
import type { CoverageStore } from "../../ports/mod.ts";
import { fileFault } from "./file-fault.ts";
import { type Block, type ReportHead, readBlock, readHead, writeReport } from "./report-file.ts";

export interface CoverageStoreOptions {
  readonly statePath: string;
  /** Reports of a source that are kept. */
  readonly historyLimit: number;
}

const ending = ".coverage";
const draftEnding = ".draft";

/**
 * Opens the reports under `<state>/coverage`: a folder a source, a file a report, named so that their order is that
 * of their times. Drafts that a dead process left are removed.
 */
export async function openCoverageStore(
  { statePath, historyLimit }: CoverageStoreOptions,
  signal: AbortSignal,
): Promise<CoverageStore> {
  throwIfAborted(signal);
  const root = join(statePath, "coverage");
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await writeFile(join(statePath, ".gitignore"), "*\n", { flag: "wx" }).catch(() => {});
    for (const folder of await readdir(root, { withFileTypes: true })) {
      if (!folder.isDirectory()) continue;
      for (const name of await readdir(join(root, folder.name)))
        if (name.endsWith(draftEnding)) await rm(join(root, folder.name, name), { force: true });
    }
  } catch (error) {
    throw fileFault(error);
  }

  // A prefix, since a source may be called "..".
  const folderOf = (source: string) => join(root, `source-${source}`);

  /** Newest first. */
  async function names(source: string): Promise<readonly string[]> {
    try {
      const found = await readdir(folderOf(source));
      return found
        .filter((name) => name.endsWith(ending))
        .sort()
        .reverse();
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === "ENOENT") return [];
      throw fileFault(error);
    }
  }

  async function withReport<T>(path: string, use: (head: ReportHead, file: OpenFile) => Promise<T>): Promise<T> {
    const file = await open(path, "r");
    try {
      return await use(await readHead(file), file);
    } finally {
      await file.close();
    }
  }

  return {
    async save(source, entries, report, abort) {
      throwIfAborted(abort);
      const folder = folderOf(source);
      const draft = join(folder, `${crypto.randomUUID()}${draftEnding}`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const made = await writeReport(draft, entries, report);
        throwIfAborted(abort);
        await rename(draft, join(folder, fileName(made)));
        for (const old of (await names(source)).slice(historyLimit)) await rm(join(folder, old), { force: true });
        return made;
      } catch (error) {
        await rm(draft, { force: true }).catch(() => {});
        throw fileFault(error);
      }
    },

    async reports(source, abort) {
      const reports: CoverageReport[] = [];
      for (const name of await names(source)) {
        throwIfAborted(abort);
        // Pruned meanwhile, or damaged: the others are still worth having.
        const report = await withReport(join(folderOf(source), name), async (head) => head.report).catch(
          () => undefined,
        );
        if (report !== undefined) reports.push(report);
      }
      return reports;
    },

    async entries(source, reportId, filter, afterPath, limit, abort) {
      throwIfAborted(abort);
      const name = (await names(source)).find((one) => reportIdOf(one) === reportId);
      if (name === undefined) return undefined;
      try {
        return await withReport(join(folderOf(source), name), async ({ blocks }, file) => {
          const page: CoverageEntry[] = [];
          for (const block of blocks) {
            if (page.length >= limit) break;
            if (!mayHold(block, filter, afterPath)) continue;
            throwIfAborted(abort);
            for (const entry of await readBlock(file, block))
              if (entry.path > afterPath && lets(filter, entry)) page.push(entry);
          }
          return page.slice(0, limit);
        });
      } catch (cause) {
        if (cause instanceof Fault) throw cause;
        const message = "this coverage report is damaged; generate a new one";
        throw new Fault("internal", message, { cause, reason: "REPORT_DAMAGED" });
      }
    },
  };
}

type OpenFile = Awaited<ReturnType<typeof open>>;

/** Times have a fixed width, so that names sort by them. */
function fileName({ generatedAt, reportId }: CoverageReport): string {
  return `${String(generatedAt).padStart(15, "0")}-${reportId}${ending}`;
}

function reportIdOf(name: string): string {
  return name.slice(16, -ending.length);
}

function mayHold(block: Block, { classes, pathPrefixes }: CoverageFilter, afterPath: string): boolean {
  if (block.last <= afterPath) return false;
  if (classes.length > 0 && !block.classes.some((one) => classes.includes(one))) return false;
  return (
    pathPrefixes.length === 0 ||
    pathPrefixes.some((prefix) => block.last >= prefix && (block.first <= prefix || block.first.startsWith(prefix)))
  );
}

function lets({ classes, pathPrefixes }: CoverageFilter, { path, coverageClass }: CoverageEntry): boolean {
  if (classes.length > 0 && !classes.includes(coverageClass)) return false;
  return pathPrefixes.length === 0 || pathPrefixes.some((prefix) => path.startsWith(prefix));
}
