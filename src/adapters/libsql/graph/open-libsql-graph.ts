import { join } from "node:path";
import type { Log, Meter } from "../../../ports/mod.ts";
import { spawnWorker } from "../../../runtime/mod.ts";
import { prepareFolder, prepareStateFolder } from "../file/mod.ts";
import { observer, WorkerLink, WriteGate } from "../thread/mod.ts";
import { type LibsqlGraph, LibsqlGraphStore } from "./libsql-graph.ts";
import type { GraphLinks } from "./libsql-graph-writer.ts";
import { type ReaderOperations, readerNames } from "./reader-operations.ts";
import { type WriterOperations, writerNames } from "./writer-operations.ts";

export interface LibsqlGraphConfig {
  /** The state directory; the graph lives in `graph/graph.db` in it. */
  readonly statePath: string;
  readonly meter: Meter;
  /** Told when the graph can't be read. */
  readonly log?: Pick<Log, "error">;
}

/** Files' changes on their way to the writer: a few transactions' worth. */
const queuedChanges = 1_024;

/**
 * Opens and migrates the embedded graph: one thread that writes, one that reads, mostly from memory. That one reads the
 * whole of it in the background, some seconds for very large graphs; what is asked meanwhile waits. The caller owns the
 * state directory (`takeOwnership`).
 * @throws Fault `precondition` for an unwritable path or a newer schema, `internal` for a file that is no database. Damage
 * found while it is read fails what is asked, and is told by `trouble`.
 */
export async function openLibsqlGraph(config: LibsqlGraphConfig, signal: AbortSignal): Promise<LibsqlGraph> {
  await prepareStateFolder(config.statePath);
  const folder = join(config.statePath, "graph");
  await prepareFolder(folder);
  const data = { file: join(folder, "graph.db") };
  const observe = observer(config.meter, [writerNames, readerNames], "graph_");
  const links: GraphLinks = {
    writer: new WorkerLink<WriterOperations>(
      spawnWorker(import.meta.url, "./writer-worker", data),
      "graph",
      "writer",
      observe,
    ),
    reader: new WorkerLink<ReaderOperations>(
      spawnWorker(import.meta.url, "./reader-worker", data),
      "graph",
      "reader",
      observe,
    ),
    gate: new WriteGate(queuedChanges),
  };
  const store = new LibsqlGraphStore(links);
  try {
    // The writer first: it creates and migrates what the reader reads.
    await links.writer.call("open", null, signal);
  } catch (error) {
    await store.close();
    throw error;
  }
  store.read((err) => config.log?.error({ err }, "the graph can't be read: passages are served without it"));
  return store;
}
