import { suite } from "uvu";
import * as assert from "uvu/assert";
import { manualClock, memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import type { GraphStore } from "../../../src/ports/mod.ts";
import { GraphContexts } from "../../../src/services/search/reply/graph-context.ts";
import { edge, plainNode, symbolIn, writeGraph } from "../../contract/graph-corpus.ts";
import { bench } from "./fixture.ts";

const test = suite("search with the graph");

const file = plainNode("a", "file", "src/bucket.ts");
const fill = symbolIn("a", "src/bucket.ts", "fill");
const caller = symbolIn("a", "src/user.ts", "callsIt");
const tester = symbolIn("a", "src/bucket.test.ts", "fills");
const samples = [
  {
    path: "src/bucket.ts",
    texts: ["fill the bucket with water\n", "empty the bucket again\n"],
    defines: [["fill"], []],
  },
];

async function filled(wrap: (store: GraphStore) => GraphStore = (store) => store) {
  const made = bench();
  const { generation } = await made.index("a", samples);
  await made.index("b", []);
  const store = memoryGraphStore();
  const edges = [edge(caller, "calls", fill, "possible"), edge(tester, "tests", fill), edge(file, "defines", fill)];
  await writeGraph(store, "a", 0, generation, { x: { nodes: [file, fill, caller, tester], edges } });
  const clock = manualClock();
  Object.assign(made.ports, { graph: new GraphContexts(wrap(store), clock) });
  return { ...made, clock };
}

test("a hit comes with what its symbol relates to, tests first; a passage in none with its file", async () => {
  const { search } = await filled();
  const { hits, warnings } = await search({ query: "fill bucket water", includeGraph: true });
  assert.equal(warnings, []);
  const hit = hits.find(({ symbol }) => symbol?.name === "fill");
  assert.equal(hit?.graph, {
    nodeId: "symbol:a/src/bucket.ts#fill",
    relations: [
      { kind: 8, outgoing: false, nodeId: "symbol:a/src/bucket.test.ts#fills", name: "fills", confidence: 1 },
      { kind: 4, outgoing: false, nodeId: "symbol:a/src/user.ts#callsIt", name: "callsIt", confidence: 2 },
    ],
  });
  const other = hits.find(({ symbol }) => symbol === undefined);
  assert.is(other?.graph?.nodeId, "file:a/src/bucket.ts");
  assert.is((await search({ query: "fill bucket" })).hits[0]?.graph, undefined, "only where it was asked for");
});

test("hits don't wait for a slow graph: the reply says so, and the next one has it", async () => {
  let answer = () => {};
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const made = await filled((store) => ({ ...store, nodes: (...asked) => slow.then(() => store.nodes(...asked)) }));
  const first = made.search({ query: "fill bucket", includeGraph: true });
  while (made.clock.sleeping() === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  await made.clock.advance(10);
  const { hits, warnings } = await first;
  assert.ok(hits.length > 0);
  assert.match(warnings.join(), "include_graph: the graph did not answer within 10 ms");
  assert.is(hits[0]?.graph, undefined);
  answer();
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  const second = await made.search({ query: "fill bucket", includeGraph: true });
  assert.equal(second.warnings, []);
  assert.ok(second.hits[0]?.graph);
});

test("a graph that fails costs its part of the reply, not the reply", async () => {
  const made = await filled((store) => ({ ...store, edges: () => Promise.reject(new Error("away")) }));
  const { hits, warnings } = await made.search({ query: "fill bucket", includeGraph: true });
  assert.ok(hits.length > 0);
  assert.match(warnings.join(), "the graph did not answer");
});

test.run();
