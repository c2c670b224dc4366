import { randomInt } from "node:crypto";
import { workerData } from "node:worker_threads";
import { Fault } from "../../../domain/mod.ts";
import { hostWorker } from "../thread/mod.ts";
import { graphFault } from "./graph-fault.ts";
import { GraphReader } from "./graph-reader.ts";
import type { ReaderOperations } from "./reader-operations.ts";

const { file } = workerData as { readonly file: string };
let reader: GraphReader | undefined;
let trouble: unknown;

/** The whole graph, or why it could not be read: half of one would answer wrongly. */
function whole(): GraphReader {
  if (reader === undefined) throw trouble ?? new Fault("internal", "the graph is asked before it is opened");
  return reader;
}

hostWorker(
  {
    open: async (_, signal) => {
      try {
        const opened = new GraphReader(file, randomInt(2 ** 32));
        await opened.load(signal);
        reader = opened;
      } catch (error) {
        trouble = error;
        throw error;
      }
    },
    ready: () => {
      whole();
    },
    nodes: ({ at, nodeIds }) => whole().nodes(at, nodeIds),
    placed: ({ at, nodeIds }) => whole().placed(at, nodeIds),
    neighbourhood: ({ at, nodeId, query }) => whole().neighbourhood(at, nodeId, query),
    edges: ({ at, nodeIds, query }) => whole().edges(at, nodeIds, query),
    usage: ({ at, nodeIds }) => whole().usage(at, nodeIds),
    walk: ({ at, nodeIds, query }, signal) => whole().walk(at, nodeIds, query, signal),
    degrees: ({ at, nodeId }) => whole().degrees(at, nodeId),
    search: ({ at, query, offset, limit }) => whole().search(at, query, offset, limit),
    count: (at) => whole().count(at),
    committed: ({ source, base, generation }) => whole().committed(source, base, generation),
    takenBack: ({ source, base }) => whole().takenBack(source, base),
    swept: ({ source, oldest }) => whole().swept(source, oldest),
    close: () => reader?.close(),
  } satisfies ReaderOperations,
  graphFault,
);
