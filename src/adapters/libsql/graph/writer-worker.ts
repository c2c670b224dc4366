import { workerData } from "node:worker_threads";
import { collectAfter, workInBackground } from "../../../runtime/mod.ts";
import { hostWorker } from "../thread/mod.ts";
import { fromRow, outlineInRow } from "./facts-row.ts";
import { graphFault } from "./graph-fault.ts";
import { GraphWriterStore } from "./graph-writer-store.ts";
import type { WriterOperations } from "./writer-operations.ts";

const { file } = workerData as { readonly file: string };
let store: GraphWriterStore;
/** Changes since a run ended. */
let changed = 0;

workInBackground();
hostWorker(
  {
    open: () => {
      store = new GraphWriterStore(file);
    },
    begin: (argument) => store.begin(argument),
    change: ({ changes, ...key }) => {
      changed += changes.length;
      return store.change(key, changes);
    },
    facts: ({ paths, ...key }) =>
      store
        .writer(key)
        .read(paths)
        .map(([path, said]) => [path, fromRow(said)] as const),
    outlines: ({ paths, ...key }) =>
      store
        .writer(key)
        .read(paths)
        .map(([path, said]) => [path, outlineInRow(said)] as const),
    paths: ({ afterPath, limit, ...key }) => store.writer(key).facts.paths(afterPath, limit),
    mentioning: ({ names, ...key }) => store.writer(key).facts.mentioning(names),
    defining: ({ names, ...key }) => store.writer(key).facts.defining(names),
    commit: (key) => {
      store.commit(key);
      collectAfter(changed);
      changed = 0;
    },
    abort: ({ base, ...key }) => store.abort(key, base),
    sweep: ({ source, oldest }) => store.sweep(source, oldest),
    close: () => store?.close(),
  } satisfies WriterOperations,
  graphFault,
);
