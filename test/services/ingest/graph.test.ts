import { suite } from "uvu";
import * as assert from "uvu/assert";
import { memoryChunkIndex, memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import { toWireId } from "../../../src/domain/graph/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { ChunkIndex, GraphStore, GraphWriter } from "../../../src/ports/mod.ts";
import { edgeLines, graphBench, wholeGraph } from "./graph-bench.ts";
import { asker, fakeSource, gate, ingest, never, order } from "./harness.ts";

const test = suite("an ingest keeps the graph in step with the passages");

const tree = {
  "a.ts": 'import { b } from "./b.ts";\nexport function a() {\n  b();\n}\n',
  "b.ts": "export function b() {\n  return 1;\n}\n",
  "c.ts": "export function c() {\n  return 2;\n}\n",
};

interface Watched {
  readonly store: GraphStore;
  /** Paths put by the runs, in order; "" is what belongs to no file. */
  readonly put: string[];
  readonly swept: (readonly [string, number])[];
  /** What calls of a writer do instead. */
  readonly instead: Partial<Record<keyof GraphWriter, (signal: AbortSignal) => Promise<void>>>;
}

/** A memory graph whose writers can be watched and made to fail. */
function watched(): Watched {
  const inner = memoryGraphStore();
  const put: string[] = [];
  const swept: [string, number][] = [];
  const instead: Watched["instead"] = {};
  const store: GraphStore = {
    ...inner,
    async sweep(source, oldest, signal) {
      swept.push([source, oldest]);
      return inner.sweep(source, oldest, signal);
    },
    async begin(...args) {
      const writer = await inner.begin(...args);
      return {
        ...writer,
        async stage(path, facts, signal) {
          await instead.stage?.(signal);
          return writer.stage(path, facts, signal);
        },
        async put(path, contribution, signal) {
          put.push(path);
          await instead.put?.(signal);
          return writer.put(path, contribution, signal);
        },
        async commit(signal) {
          await instead.commit?.(signal);
          return writer.commit(signal);
        },
      };
    },
  };
  return { store, put, swept, instead };
}

async function failing(): Promise<never> {
  throw new Fault("unavailable", "the graph's disk is away");
}

test("passages and graph are served under one generation, and the run says how much there is", async () => {
  const at = graphBench([fakeSource("repo", tree)]);
  const run = await ingest(at, "repo");
  assert.is(run.state, "succeeded", JSON.stringify(run.error));
  assert.ok("linking" in run.stages);
  const whole = await wholeGraph(at, "repo");
  assert.equal(run.graph, { nodes: whole.nodes.length, edges: whole.edges.length });
  assert.equal(edgeLines(whole, "calls", "imports"), ["calls a.ts#a -> b.ts#b", "imports a.ts -> b.ts"]);
  const again = await ingest(at, "repo");
  assert.equal(again.graph, run.graph, "a run without changes says what is served");
});

test("a change links the file and those it reaches, and nothing else", async () => {
  const graph = watched();
  const source = fakeSource("repo", tree);
  const at = graphBench([source], { graph: graph.store });
  await ingest(at, "repo");
  assert.equal([...graph.put].sort(), ["", "a.ts", "b.ts", "c.ts"]);

  graph.put.length = 0;
  source.files.set("b.ts", "export function b() {\n  return 3;\n}\n");
  await at.clock.advance(1);
  await ingest(at, "repo");
  assert.equal(graph.put, ["b.ts"], "only a body changed");

  graph.put.length = 0;
  source.files.set("b.ts", "export function renamed() {\n  return 3;\n}\n");
  await at.clock.advance(1);
  await ingest(at, "repo");
  assert.equal(graph.put, ["a.ts", "b.ts"], "who mentions the name is linked too");
  assert.equal(edgeLines(await wholeGraph(at, "repo"), "calls", "imports"), ["imports a.ts -> b.ts"]);

  graph.put.length = 0;
  source.files.delete("b.ts");
  await at.clock.advance(1);
  await ingest(at, "repo");
  assert.equal(graph.put, ["a.ts"], "who imported it is linked too");
  assert.equal(edgeLines(await wholeGraph(at, "repo"), "calls", "imports"), []);

  graph.put.length = 0;
  source.files.set("subsystems.json", '[{ "name": "All", "paths": ["**"], "owners": ["@me"] }]');
  await at.clock.advance(1);
  await ingest(at, "repo");
  assert.equal([...graph.put].sort(), ["", "a.ts", "c.ts", "subsystems.json"], "a catalogue changes where all belong");
  const lines = edgeLines(await wholeGraph(at, "repo"), "contains", "owned-by");
  assert.ok(lines.includes("contains subsystem:All -> a.ts"), lines.join("\n"));
  assert.ok(lines.includes("owned-by subsystem:All -> owner:@me"), lines.join("\n"));
});

test("what a file contributed is replaced exactly", async () => {
  const source = fakeSource("repo", {
    ...tree,
    "both.ts": 'import { b } from "./b.ts";\nimport x from "left-pad";\nexport const both = () => b();\n',
    "other.ts": 'import x from "left-pad";\n',
  });
  const at = graphBench([source]);
  await ingest(at, "repo");
  const before = await wholeGraph(at, "repo");
  source.files.set("both.ts", "export const nothing = 1;\n");
  await at.clock.advance(1);
  await ingest(at, "repo");
  const after = await wholeGraph(at, "repo");
  const gone = edgeLines(before).filter((line) => !edgeLines(after).includes(line));
  const come = edgeLines(after).filter((line) => !edgeLines(before).includes(line));
  assert.equal(gone, [
    "calls both.ts#both -> b.ts#b",
    "defines both.ts -> both.ts#both",
    "imports both.ts -> b.ts",
    "imports both.ts -> package:npm/left-pad?",
  ]);
  assert.equal(come, ["defines both.ts -> both.ts#nothing"]);
  const packages = () => after.nodes.filter(({ kind }) => kind === "package").map(({ name }) => name);
  assert.equal(packages(), ["left-pad"], "the other file still holds the package");
  assert.equal(
    before.edges.filter(({ evidence }) => evidence.some(({ path }) => path === "a.ts")),
    after.edges.filter(({ evidence }) => evidence.some(({ path }) => path === "a.ts")),
  );
});

test("a file that its content keeps out leaves the graph, and comes back", async () => {
  const source = fakeSource("repo", tree);
  const at = graphBench([source]);
  await ingest(at, "repo");
  const before = await wholeGraph(at, "repo");
  source.files.set("b.ts", "\0binary");
  await at.clock.advance(1);
  await ingest(at, "repo");
  const without = await wholeGraph(at, "repo");
  assert.not.ok(without.nodes.some(({ path }) => path === "b.ts"));
  assert.equal(edgeLines(without, "calls", "imports"), []);
  source.files.set("b.ts", tree["b.ts"]);
  await at.clock.advance(1);
  await ingest(at, "repo");
  assert.equal(await wholeGraph(at, "repo"), before);
});

for (const step of ["stage", "put", "commit"] as const) {
  test(`trouble of the graph at ${step} leaves the served generation, and the next run sets it right`, async () => {
    const graph = watched();
    const source = fakeSource("repo", tree);
    const at = graphBench([source], { graph: graph.store });
    const first = await ingest(at, "repo");
    const before = await wholeGraph(at, "repo");
    source.files.set("b.ts", "export function other() {\n  return 3;\n}\n");
    await at.clock.advance(1);
    graph.instead[step] = failing;
    const failed = await ingest(at, "repo");
    assert.is(failed.state, "failed");
    assert.is(failed.error?.message, "the graph's disk is away");
    assert.is(at.state.revisions.served()[0]?.generation, first.generation);
    assert.equal(await wholeGraph(at, "repo"), before);
    delete graph.instead[step];
    await at.clock.advance(1);
    const run = await ingest(at, "repo");
    assert.is(run.state, "succeeded", JSON.stringify(run.error));
    const fresh = graphBench([source]);
    await ingest(fresh, "repo");
    assert.equal(await wholeGraph(at, "repo"), await wholeGraph(fresh, "repo"));
  });
}

test("passages that can't be committed take the committed graph back with them", async () => {
  const index = memoryChunkIndex();
  let full = false;
  const failingIndex: ChunkIndex = {
    ...index,
    async begin(...args) {
      const writer = await index.begin(...args);
      if (full) writer.commit = () => Promise.reject(new Fault("exhausted", "the disk is full"));
      return writer;
    },
  };
  const source = fakeSource("repo", tree);
  const at = graphBench([source], { index: failingIndex });
  await ingest(at, "repo");
  const before = await wholeGraph(at, "repo");
  source.files.delete("b.ts");
  await at.clock.advance(1);
  full = true;
  assert.is((await ingest(at, "repo")).state, "failed");
  assert.equal(await wholeGraph(at, "repo"), before);
  full = false;
  await at.clock.advance(1);
  assert.is((await ingest(at, "repo")).state, "succeeded");
  assert.equal(edgeLines(await wholeGraph(at, "repo"), "calls", "imports"), []);
});

test("a cancel in the midst of linking ends the run", async () => {
  const graph = watched();
  const at = graphBench([fakeSource("repo", tree)], { graph: graph.store });
  const reached = gate<void>();
  graph.instead.put = (signal) => {
    reached.resolve();
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  };
  const [run] = await at.ingester.start(order(["repo"]), never);
  await reached.promise;
  const ended = await at.ingester.cancel(run!.runId, asker, never);
  assert.is(ended.state, "cancelled");
  assert.equal(at.state.revisions.served(), []);
});

test("a source that was indexed before there was a graph gets all of it", async () => {
  const source = fakeSource("repo", tree);
  const at = graphBench([source]);
  const without = at.restarted({}, { graph: undefined });
  await ingest(without, "repo");
  assert.ok(await without.ingester.unchanged("repo", never));
  const later = { ...at.restarted(), graph: at.graph };
  assert.not.ok(await later.ingester.unchanged("repo", never), "a look at HEAD is not enough");
  await later.clock.advance(1);
  const run = await ingest(later, "repo");
  assert.is(run.state, "succeeded", JSON.stringify(run.error));
  assert.equal(edgeLines(await wholeGraph(later, "repo"), "calls"), ["calls a.ts#a -> b.ts#b"]);
  assert.ok(await later.ingester.unchanged("repo", never));
});

test("the graph is swept where the passages are", async () => {
  const graph = watched();
  const source = fakeSource("repo", tree);
  const sources = [source];
  const at = graphBench(sources, { graph: graph.store });
  await ingest(at, "repo");
  source.files.set("b.ts", "export function other() {}\n");
  await at.clock.advance(1);
  const run = await ingest(at, "repo");
  await at.clock.advance(11 * 60_000);
  source.files.set("c.ts", "export function c2() {}\n");
  await ingest(at, "repo");
  await at.ingester.stop();
  assert.ok(
    graph.swept.some(([name, oldest]) => name === "repo" && oldest >= run.generation),
    JSON.stringify(graph.swept),
  );
});

test("messages and RPCs go by their full names: copies of a contract are one, until the last of them is gone", async () => {
  const contract = (comment: string) =>
    `syntax = "proto3";\npackage shop.v1;\n// ${comment}\nservice Shop {\n  rpc Buy(Order) returns (Order);\n}\nmessage Order {\n  message Line {}\n}\n`;
  const source = fakeSource("s", { "api/shop.proto": contract("ours"), "mirror/shop.proto": contract("a copy") });
  const at = graphBench([source]);
  const named = async () => {
    const { nodes } = await wholeGraph(at, "s");
    return nodes
      .filter(({ kind }) => kind === "message" || kind === "rpc")
      .map(({ nodeId, path }) => `${toWireId(nodeId)} ${path}`);
  };
  const inFile = (path: string) => [
    `message:shop.v1.Order ${path}`,
    `message:shop.v1.Order.Line ${path}`,
    `rpc:shop.v1.Shop.Buy ${path}`,
  ];
  await ingest(at, "s");
  assert.equal(await named(), inFile("api/shop.proto"));
  assert.ok(edgeLines(await wholeGraph(at, "s"), "declares").includes("declares mirror/shop.proto -> shop.v1.Order"));
  source.files.delete("api/shop.proto");
  source.commit = "c2";
  await at.clock.advance(1);
  await ingest(at, "s");
  assert.equal(await named(), inFile("mirror/shop.proto"));
  assert.ok(
    edgeLines(await wholeGraph(at, "s"), "references").includes("references shop.v1.Shop.Buy -> shop.v1.Order"),
  );
  source.files.delete("mirror/shop.proto");
  source.commit = "c3";
  await at.clock.advance(1);
  await ingest(at, "s");
  assert.equal(await named(), []);
});

test.run();
