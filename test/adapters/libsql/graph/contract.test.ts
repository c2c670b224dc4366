import { openLibsqlGraph } from "../../../../src/adapters/libsql/mod.ts";
import { graphStoreContract } from "../../../contract/graph-store.ts";
import { never } from "../../../contract/sample-run.ts";
import { quietMeter, temporaryState } from "../index/sample-index.ts";

// Of the twenty checks: 16.

graphStoreContract("libsql", async () => {
  const state = temporaryState();
  const graph = await openLibsqlGraph({ statePath: state.path, meter: quietMeter }, never);
  const close = graph.close.bind(graph);
  return Object.assign(graph, {
    close: async () => {
      await close();
      state.remove();
    },
  });
});
