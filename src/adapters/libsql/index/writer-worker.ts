import { workerData } from "node:worker_threads";
import { collectAfter, workInBackground } from "../../../runtime/mod.ts";
import { hostWorker } from "../thread/mod.ts";
import { indexFault } from "./index-fault.ts";
import { IndexWriterStore } from "./index-writer-store.ts";
import type { WriterOperations } from "./writer-operations.ts";

const { file, dimensions } = workerData as { readonly file: string; readonly dimensions: number };
let store: IndexWriterStore;
/** Files put since a run ended. */
let files = 0;

workInBackground();
hostWorker(
  {
    open: () => {
      store = new IndexWriterStore(file, dimensions);
    },
    begin: (argument) => store.begin(argument),
    known: (argument) => store.known(argument, argument.textHashes),
    put: (argument) => {
      files += argument.puts.length;
      return store.put(argument);
    },
    touch: (argument) => store.change(argument, (writer) => writer.touch(argument.file)),
    remove: (argument) => store.change(argument, (writer) => writer.remove(argument.path)),
    commit: async (argument, signal) => {
      const totals = await store.commit(argument, signal);
      collectAfter(files);
      files = 0;
      return totals;
    },
    abort: (argument) => store.abort(argument, argument.base),
    sweep: ({ source, oldest }) => store.sweep(source, oldest),
    close: () => store?.close(),
  } satisfies WriterOperations,
  indexFault,
);
