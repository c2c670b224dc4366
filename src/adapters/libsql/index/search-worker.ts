import { workerData } from "node:worker_threads";
import { hostWorker } from "../thread/mod.ts";
import { indexFault } from "./index-fault.ts";
import { IndexSearcher, type IndexSearcherConfig } from "./index-searcher.ts";
import type { SearchOperations } from "./search-operations.ts";

let searcher: IndexSearcher;

const giveWay = hostWorker(
  {
    open: async (_, signal) => {
      searcher = new IndexSearcher(workerData as IndexSearcherConfig, giveWay);
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
