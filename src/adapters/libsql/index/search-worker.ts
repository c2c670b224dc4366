import { availableParallelism } from "node:os";
import { workerData } from "node:worker_threads";
import { spawnWorker } from "../../../runtime/mod.ts";
import { openEngine, type ScanShare } from "../engine/mod.ts";
import { hostWorker } from "../thread/mod.ts";
import { indexFault } from "./index-fault.ts";
import { IndexSearcher, type IndexSearcherConfig } from "./index-searcher.ts";
import type { SearchOperations } from "./search-operations.ts";

let searcher: IndexSearcher;

/** One core has nothing to spare. A helper that fails takes this thread with it, and so is told. */
const help = (share: ScanShare) => {
  if (availableParallelism() > 1) spawnWorker(import.meta.url, "./scan-worker", share).unref();
};

const giveWay = hostWorker(
  {
    open: async (_, signal) => {
      const config = workerData as IndexSearcherConfig;
      searcher = new IndexSearcher(config, giveWay, openEngine({ dimensions: config.dimensions, help }));
      await searcher.load(signal);
    },
    search: (query, signal) => searcher.search(query, signal),
    committed: ({ source, generation }) => searcher.committed(source, generation),
    takenBack: ({ source, base }) => searcher.takenBack(source, base),
    swept: ({ source, oldest }) => searcher.swept(source, oldest),
    close: () => searcher?.close(),
  } satisfies SearchOperations,
  indexFault,
  // What a run brings in is taken in piece by piece: a question asked meanwhile does not wait for all of it.
  ["search"],
);
