import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchRequest } from "../../../gen/knowledge/v1/search_service.ts";
import { manualClock, memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import type { GraphStore } from "../../../src/ports/mod.ts";
import { GraphUsage } from "../../../src/services/search/graph-usage.ts";
import { searchHandlers } from "../../../src/services/search/mod.ts";
import { edge, symbolIn, writeGraph } from "../../contract/graph-corpus.ts";
import { bench, context } from "./fixture.ts";

const test = suite("search ranked with the graph");

/** Twelve functions that are alike but for their names, which nobody asks for. */
const names = Array.from({ length: 12 }, (_, at) => `f${String.fromCharCode(97 + at)}`);
const samples = names.map((name) => ({
  path: `src/${name}.ts`,
  texts: ["pour the bucket of water into the barrel\n"],
  defines: [[name]],
  facts: { subsystem: name === "fc" ? "kitchen-sink" : "" },
}));

async function filled(usage: (store: GraphStore) => GraphStore["usage"] = ({ usage: own }) => own) {
  const made = bench();
  const { generation } = await made.index("a", samples);
  await made.index("b", []);
  const store = memoryGraphStore();
  const nodes = names.map((name) => symbolIn("a", `src/${name}.ts`, name));
  const callers = names.map((name) => symbolIn("a", "src/calls.ts", `calls-${name}`));
  // The k-th is used by k others.
  const edges = nodes.flatMap((node, k) => callers.slice(0, k).map((caller) => edge(caller, "calls", node)));
  await writeGraph(store, "a", 0, generation, {
    x: { nodes: [...nodes, ...callers], edges: [...edges, edge(callers[0]!, "tests", nodes[10]!)] },
  });
  const clock = manualClock();
  let asked = 0;
  const counting: GraphStore["usage"] = (...rest) => {
    asked += 1;
    return usage(store)(...rest);
  };
  Object.assign(made.ports, { usage: new GraphUsage({ usage: counting }, clock) });
  return { ...made, clock, asked: () => asked };
}

const query = "pour water into the barrel";
type Reply = Awaited<ReturnType<ReturnType<typeof bench>["search"]>>;
const found = ({ hits }: Reply) => hits.map(({ symbol }) => symbol?.name);
const given = ({ hits }: Reply, name: string, signal: string) =>
  hits.find(({ symbol }) => symbol?.name === name)?.explanation?.signals.find((one) => one.name === signal)?.value;

/** The one that a test covers, then by how many use them. */
const inOrder = ["fk", "fl", ...names.slice(0, 10).reverse()];

test("of passages that are alike those come first that a test covers and that more others use", async () => {
  const { search, asked } = await filled();
  const reply = await search({ query, explain: true, pageSize: 12 });
  assert.equal(reply.warnings, []);
  assert.equal(found(reply), inOrder);
  assert.ok(given(reply, "fl", "referenced")! > given(reply, "fb", "referenced")!);
  assert.is(given(reply, "fa", "referenced"), undefined);
  assert.equal([given(reply, "fk", "tested"), given(reply, "fl", "tested")], [1, undefined]);
  for (const { score, explanation } of reply.hits) {
    const sum = (explanation?.signals ?? []).reduce((all, { contribution }) => all + contribution, 0);
    assert.is(sum, score);
  }
  await search({ query });
  assert.is(asked(), 1, "what was counted is remembered");
});

test("a question that names a subsystem finds what is part of it; half of a name is none", async () => {
  const { search } = await filled();
  const named = await search({ query: "how does the kitchen sink pour the bucket of water", explain: true });
  assert.is(found(named)[0], "fc");
  assert.equal([given(named, "fc", "subsystem"), given(named, "fk", "subsystem")], [1, undefined]);
  const half = await search({ query: "pour water in the kitchen", explain: true });
  assert.is(given(half, "fc", "subsystem"), undefined);
});

test("a ranking does not wait for a slow graph: the reply says so, its next page is in the same order", async () => {
  let answer = () => {};
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const made = await filled(({ usage }) => async (...rest) => {
    await slow;
    return usage(...rest);
  });
  const waiting = made.search({ query, pageSize: 5 });
  while (made.clock.sleeping() === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  await made.clock.advance(10);
  const first = await waiting;
  assert.match(first.warnings.join(), /graph did not answer within 10 ms: hits are ranked without/);
  answer();
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  const second = await made.search({ query, pageSize: 10, pageToken: first.nextPageToken });
  assert.equal([...found(first), ...found(second)].sort(), names, "each once");
  assert.equal(second.warnings, []);
  assert.is(found(await made.search({ query }))[0], "fk", "the next search has what came late");
});

test("a page that follows waits for the graph that those before it were ranked with", async () => {
  let calls = 0;
  const made = await filled(({ usage }) => async (...rest) => {
    calls += 1;
    return usage(...rest);
  });
  const first = await made.search({ query, pageSize: 5 });
  const fresh = new GraphUsage({ usage: () => new Promise<never>(() => {}) }, made.clock);
  Object.assign(made.ports, { usage: fresh });
  const waiting = made.search({ query, pageSize: 5, pageToken: first.nextPageToken });
  while (made.clock.sleeping() === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  await made.clock.advance(999);
  assert.is(made.clock.sleeping(), 1, "it waits on");
  await made.clock.advance(1);
  assert.match((await waiting).warnings.join(), /within 1000 ms/);
  assert.is(calls, 1);
});

test("a graph that fails costs its part of the ranking, not the reply", async () => {
  const { search } = await filled(() => () => Promise.reject(new Error("away")));
  const { hits, warnings } = await search({ query });
  assert.ok(hits.length > 0);
  assert.match(warnings.join(), "the graph did not answer");
});

test("the graph is not asked where its signals are switched off", async () => {
  const { ports, asked } = await filled();
  const off = { scale: new Map(["referenced", "tested"].map((name) => [name, 0] as const)) };
  const { hits } = await searchHandlers(ports, off).search(SearchRequest.fromPartial({ query }), context());
  assert.is(hits?.length, 10);
  assert.is(asked(), 0);
});

test.run();
