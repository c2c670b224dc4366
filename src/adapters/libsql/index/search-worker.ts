import { workerData } from "node:worker_threads";
import { IndexSearcher } from "./index-searcher.ts";
import type { SearchOperations } from "./search-operations.ts";
import { hostWorker } from "./worker-host.ts";

const { file, dimensions } = workerData as { readonly file: string; readonly dimensions: number };
let searcher: IndexSearcher;

hostWorker({
  open: async (_, signal) => {
    searcher = new IndexSearcher(file, dimensions);
    await searcher.load(signal);
  },
  search: (query, signal) => searcher.search(query, signal),
  committed: ({ source, generation }) => searcher.committed(source, generation),
  takenBack: ({ source, base }) => searcher.takenBack(source, base),
  swept: ({ source, oldest }) => searcher.swept(source, oldest),
  close: () => searcher?.close(),
} satisfies SearchOperations);
