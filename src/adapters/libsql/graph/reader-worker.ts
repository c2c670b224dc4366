import { randomInt } from "node:crypto";
import { workerData } from "node:worker_threads";
import { hostWorker } from "../thread/mod.ts";
import { graphFault } from "./graph-fault.ts";
import { GraphReader } from "./graph-reader.ts";
import type { ReaderOperations } from "./reader-operations.ts";

const { file } = workerData as { readonly file: string };
let reader: GraphReader;

hostWorker(
  {
    open: (_, signal) => {
      reader = new GraphReader(file, randomInt(2 ** 32));
      return reader.load(signal);
    },
    nodes: ({ at, nodeIds }) => reader.nodes(at, nodeIds),
    placed: ({ at, nodeIds }) => reader.placed(at, nodeIds),
    neighbourhood: ({ at, nodeId, query }) => reader.neighbourhood(at, nodeId, query),
    edges: ({ at, nodeIds, query }) => reader.edges(at, nodeIds, query),
    degrees: ({ at, nodeId }) => reader.degrees(at, nodeId),
    search: ({ at, query, offset, limit }) => reader.search(at, query, offset, limit),
    count: (at) => reader.count(at),
    committed: ({ source, base, generation }) => reader.committed(source, base, generation),
    takenBack: ({ source, base }) => reader.takenBack(source, base),
    swept: ({ source, oldest }) => reader.swept(source, oldest),
    close: () => reader?.close(),
  } satisfies ReaderOperations,
  graphFault,
);
