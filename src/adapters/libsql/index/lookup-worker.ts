import { workerData } from "node:worker_threads";
import { hostWorker } from "../thread/mod.ts";
import { indexFault } from "./index-fault.ts";
import { IndexLookup } from "./index-lookup.ts";
import type { LookupOperations } from "./lookup-operations.ts";

const { file } = workerData as { readonly file: string };
let lookup: IndexLookup;

hostWorker(
  {
    open: () => {
      lookup = new IndexLookup(file);
    },
    passages: ({ at, chunkIds }) => lookup.passages(at, chunkIds),
    file: ({ at, path, lines }) => lookup.file(at, path, lines),
    files: ({ at, afterPath, limit }) => lookup.files(at, afterPath, limit),
    count: (at) => lookup.count(at),
    close: () => lookup?.close(),
  } satisfies LookupOperations,
  indexFault,
);
