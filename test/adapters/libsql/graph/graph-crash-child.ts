import process from "node:process";
import { openLibsqlGraph } from "../../../../src/adapters/libsql/mod.ts";
import { edge, never, symbolIn } from "../../../contract/graph-corpus.ts";
import { quietMeter } from "../index/sample-index.ts";

// Writes generation 20 over what was committed as 10, and never ends by itself.
const graph = await openLibsqlGraph({ statePath: process.argv[2]!, meter: quietMeter }, never);
const writer = await graph.begin("a", 10, 20, never);
await writer.remove("one.ts", never);
for (let i = 0; ; i++) {
  const made = symbolIn("a", `new${i}.ts`, "made");
  await writer.put(made.path, { nodes: [made], edges: [edge(made, "calls", symbolIn("a", "two.ts", "two"))] }, never);
  // Past what one transaction holds, so that some of it is on disk.
  if (i === 600) process.stdout.write("written\n");
}
