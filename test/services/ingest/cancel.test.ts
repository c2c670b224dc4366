import { suite } from "uvu";
import * as assert from "uvu/assert";
import { memoryChunkIndex, memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import type { GraphWriter, IndexWriter } from "../../../src/ports/mod.ts";
import { type GraphBench, graphBench, wholeGraph } from "./graph-bench.ts";
import {
  asker,
  entries,
  type FakeSource,
  fakeSource,
  gate,
  ingest,
  listing,
  never,
  order,
  outcomes,
} from "./harness.ts";

const test = suite("a cancel ends a run at whatever stage it is");

const part = (owner: string) =>
  JSON.stringify({ subsystems: [{ name: "core", description: "d", owner, paths: ["src/**"] }] });
const tree = {
  "subsystems.json": part("ann"),
  "src/a.ts": 'import { b } from "./b.ts";\nexport function a() {\n  b();\n}\n',
  "src/b.ts": "export function b() {\n  return 1;\n}\n",
};

type Hold = (signal: AbortSignal) => Promise<void>;

interface Held {
  readonly at: GraphBench;
  readonly source: FakeSource;
  /** Two more, which take up the two turns there are. */
  readonly others: readonly FakeSource[];
  /** What waits at a place until the run is cancelled, by the place's name. */
  readonly holds: Map<string, Hold>;
}

/** Ports that can be held at each stage of a run. */
function held(): Held {
  const holds = new Map<string, Hold>();
  const source = fakeSource("docs", tree);
  const { list, read } = source;
  source.list = async (since, signal) => {
    await holds.get("list")?.(signal);
    return list(since, signal);
  };
  source.read = async (path, max, signal) => {
    await holds.get(`read ${path}`)?.(signal);
    return read(path, max, signal);
  };
  const [index, graph] = [memoryChunkIndex(), memoryGraphStore()];
  const begin = {
    index: index.begin.bind(index),
    graph: graph.begin.bind(graph),
  };
  index.begin = async (...args) => {
    const writer: IndexWriter = await begin.index(...args);
    const commit = async (signal: AbortSignal) => {
      await holds.get("index commit")?.(signal);
      return writer.commit(signal);
    };
    return { ...writer, commit };
  };
  graph.begin = async (...args) => {
    const writer: GraphWriter = await begin.graph(...args);
    const put: GraphWriter["put"] = async (path, contribution, signal) => {
      await holds.get("graph put")?.(signal);
      return writer.put(path, contribution, signal);
    };
    const commit: GraphWriter["commit"] = async (signal) => {
      await holds.get("graph commit")?.(signal);
      return writer.commit(signal);
    };
    return { ...writer, put, commit };
  };
  const others = ["one", "two"].map((name) => fakeSource(name, { "a.md": "text\n" }));
  return { at: graphBench([source, ...others], { index, graph }), source, others, holds };
}

/** Holds a place; resolves once the run has come to it. */
function holdAt(holds: Held["holds"], place: string): Promise<void> {
  const reached = gate<void>();
  holds.set(place, (signal) => {
    reached.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  });
  return reached.promise;
}

for (const [stage, place] of [
  ["listing", "list"],
  ["planning", "read subsystems.json"],
  ["indexing", "read src/b.ts"],
  ["linking", "graph put"],
  ["committing", "graph commit"],
  ["committing", "index commit"],
] as const)
  test(`${stage}, held at ${place}: nothing of it is served, and the next run completes`, async () => {
    const { at, source, holds } = held();
    const { generation } = await ingest(at, "docs");
    const before = [await listing(at, "docs"), await wholeGraph(at, "docs")];
    await at.clock.advance(1);
    source.commit = "c2";
    source.files.set("subsystems.json", part("bob"));
    source.files.set("src/b.ts", "export function b() {\n  return 2;\n}\n");
    const reached = holdAt(holds, place);
    const [run] = await at.ingester.start(order(["docs"]), never);
    await reached;
    const ended = await at.ingester.cancel(run!.runId, asker, never);
    assert.equal([ended.state, ended.generation, ended.error?.stage], ["cancelled", 0, stage]);
    assert.is(at.state.revisions.served()[0]?.generation, generation);
    assert.equal([await listing(at, "docs"), await wholeGraph(at, "docs")], before);
    assert.is((await outcomes(at.ledger)).at(-1), "cancelled");
    assert.equal(await at.ledger.open(never), []);
    holds.clear();
    assert.is((await ingest(at, "docs")).state, "succeeded");
    const fresh = graphBench([source]);
    await ingest(fresh, "docs");
    assert.equal(await listing(at, "docs"), await listing(fresh, "docs"));
    assert.equal(await wholeGraph(at, "docs"), await wholeGraph(fresh, "docs"));
  });

test("waiting for its turn: it never begins, and those before it go on", async () => {
  const { at, others } = held();
  const goOn = gate<Uint8Array>();
  const reading = others.map((source) => {
    const reached = gate<void>();
    source.onRead.set("a.md", () => {
      reached.resolve();
      return goOn.promise;
    });
    return reached.promise;
  });
  const runs = await at.ingester.start(order(["one", "two"]), never);
  await Promise.all(reading);
  const [waiting] = await at.ingester.start(order(["docs"]), never);
  const ended = await at.ingester.cancel(waiting!.runId, asker, never);
  assert.equal([ended.state, ended.error?.stage, ended.stages["listing"]], ["cancelled", "waiting", undefined]);
  goOn.resolve(new TextEncoder().encode("text\n"));
  for (const { runId } of runs) assert.is((await at.ingester.ended(runId, never)).state, "succeeded");
  assert.is((await ingest(at, "docs")).state, "succeeded");
});

test("once its commitment is in the ledger a cancel comes too late, and says how the run ended", async () => {
  const { at } = held();
  const [reached, goOn] = [gate<void>(), gate<void>()];
  const { append } = at.ledger;
  at.ledger.append = async (entry, signal) => {
    if (entry.outcome === "committing") {
      reached.resolve();
      await goOn.promise;
    }
    return append(entry, signal);
  };
  const [run] = await at.ingester.start(order(["docs"]), never);
  await reached.promise;
  const cancelled = at.ingester.cancel(run!.runId, asker, never);
  goOn.resolve();
  assert.is((await cancelled).state, "succeeded");
  assert.is(at.state.revisions.served()[0]?.generation, (await cancelled).generation);
  assert.is((await entries(at.ledger)).at(-1)?.outcome, "succeeded");
});

test("while it sweeps it has ended, and stays as it ended", async () => {
  const { at } = held();
  const [reached, goOn] = [gate<void>(), gate<void>()];
  const sweep = at.index.sweep.bind(at.index);
  at.index.sweep = async (...args) => {
    reached.resolve();
    await goOn.promise;
    return sweep(...args);
  };
  const [run] = await at.ingester.start(order(["docs"]), never);
  await reached.promise;
  const ended = await at.ingester.cancel(run!.runId, asker, never);
  assert.is(ended.state, "succeeded");
  assert.is(at.state.revisions.served()[0]?.generation, ended.generation);
  goOn.resolve();
  await at.ingester.stop();
});

test.run();
