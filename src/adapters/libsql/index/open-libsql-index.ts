import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Embedder, Meter } from "../../../ports/mod.ts";
import { spawnWorker } from "../../../runtime/mod.ts";
import { prepareFolder, prepareStateFolder } from "../file/mod.ts";
import { observer, WorkerLink, WriteGate } from "../thread/mod.ts";
import { type IndexLinks, LibsqlChunkIndex, type LibsqlIndex } from "./libsql-index.ts";
import { type LookupOperations, lookupNames } from "./lookup-operations.ts";
import { type SearchOperations, searchNames } from "./search-operations.ts";
import { type WriterOperations, writerNames } from "./writer-operations.ts";

export interface LibsqlIndexConfig {
  /** The state directory; the index lives in `index/index.db` in it. */
  readonly statePath: string;
  readonly embedder: Pick<Embedder, "dimensions" | "fingerprint">;
  readonly meter: Meter;
}

/** Chunks on their way to the writer: a few transactions' worth, some 10 MB with vectors. */
const queuedChunks = 2_000;

/**
 * Opens, migrates and loads the embedded index: one thread that writes, one that searches in memory, one that
 * looks up. The caller owns the state directory (`takeOwnership`).
 * @throws Fault `precondition` for an unwritable path or a newer schema, `internal` for a damaged file.
 */
export async function openLibsqlIndex(config: LibsqlIndexConfig, signal: AbortSignal): Promise<LibsqlIndex> {
  await prepareStateFolder(config.statePath);
  const folder = join(config.statePath, "index");
  await prepareFolder(folder);
  const { dimensions, fingerprint } = config.embedder;
  const data = { file: join(folder, "index.db"), dimensions, fingerprint };
  const observe = observer(config.meter, [writerNames, searchNames, lookupNames]);
  const link = (worker: Worker, name: string) => new WorkerLink(worker, "index", name, observe);
  const links: IndexLinks = {
    writer: link(spawnWorker(import.meta.url, "./writer-worker", data), "writer") as WorkerLink<WriterOperations>,
    search: link(
      spawnWorker(import.meta.url, "./search-worker", data),
      "search engine",
    ) as WorkerLink<SearchOperations>,
    lookup: link(spawnWorker(import.meta.url, "./lookup-worker", data), "reader") as WorkerLink<LookupOperations>,
    gate: new WriteGate(queuedChunks),
    dimensions,
  };
  const index = new LibsqlChunkIndex(links, folder);
  try {
    // The writer first: it creates and migrates what the others read.
    await links.writer.call("open", null, signal);
    await Promise.all([links.search.call("open", null, signal), links.lookup.call("open", null, signal)]);
  } catch (error) {
    await index.close();
    throw error;
  }
  return index;
}
