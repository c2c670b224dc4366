import process from "node:process";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLibsqlGraph } from "../../../../src/adapters/libsql/mod.ts";
import { memoryGraphStore } from "../../../../src/adapters/memory/mod.ts";
import { packFacts } from "../../../../src/domain/graph/mod.ts";
import type { Contribution, GraphStore, GraphWriter } from "../../../../src/ports/mod.ts";
import { anyEdges, anyNodes, at, defines, dice, never, randomContribution } from "../../../contract/graph-corpus.ts";
import { quietMeter, temporaryState } from "../index/sample-index.ts";

const test = suite("columns of the embedded graph");
const paths = ["src/a.ts", "src/b.ts", "docs/é.md", "\ufb01.py", "", "lone \ud800.ts", "lone \ud801 \uffff.ts"];

interface Change {
  readonly path: number;
  readonly seed: number;
  /** How many random contributions it is made of; 0: the file goes. */
  readonly size: number;
}

type Step =
  | {
      readonly kind: "write";
      readonly changes: readonly Change[];
      readonly full: boolean;
      /** What becomes of it: served, taken back by the writer, or committed and never served. */
      readonly end: "serve" | "abort" | "lose";
    }
  | { readonly kind: "sweep" }
  | { readonly kind: "reopen" };

const change = fc.record<Change>({
  path: fc.nat({ max: paths.length - 1 }),
  seed: fc.nat(),
  size: fc.constantFrom(0, 1, 1, 2, 20),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      changes: fc.array(change, { maxLength: 4 }),
      full: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      end: fc.constantFrom("serve" as const, "serve" as const, "serve" as const, "abort" as const, "lose" as const),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: "sweep" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) },
);

function contributionOf({ path, seed, size }: Change): Contribution {
  const roll = dice(seed);
  const parts = Array.from({ length: size }, () => randomContribution("a", paths[path]!, roll));
  const nodes = new Map(parts.flatMap((part) => part.nodes).map((node) => [node.nodeId, node]));
  return { nodes: [...nodes.values()], edges: parts.flatMap((part) => part.edges) };
}

/** All that a generation shows, through every question of the port. */
async function shown(store: GraphStore, generation: number) {
  const here = at("a", generation);
  const all = await store.search(here, anyNodes, 0, 10_000, never);
  const ids = all.map(({ nodeId }) => nodeId);
  const some = ids.filter((_, i) => i % 7 === generation % 7);
  const searches = [["http"], ["server", "h"], ["日"], ["src"], ["é", "ru"], ["a.t"], []].flatMap((words) =>
    ["", "src/a.ts", paths[5]!].map((path) => ({ ...anyNodes, words, path, orphans: words.length === 1 })),
  );
  return {
    all,
    count: await store.count(here[0]!, never),
    edges: await store.edges(here, ids, anyEdges, never),
    incoming: await store.edges(here, some, { ...anyEdges, direction: "incoming", limitPerNode: 5 }, never),
    calls: await store.edges(here, some, { ...anyEdges, kinds: ["calls"], confidences: ["possible"] }, never),
    placed: await store.placed(here, some, never),
    around: await Promise.all(some.map((id) => store.neighbourhood(here, id, { ...anyEdges, offset: 1 }, never))),
    found: await Promise.all(searches.map((query) => store.search(here, query, 0, 100, never))),
  };
}

const names = ["run", "parse", "日本", "x"];

/** Which files a writer says have which names. */
async function named(writer: GraphWriter) {
  const mentioning = await Promise.all(names.map((name) => writer.mentioning([name], never)));
  return [
    mentioning,
    await writer.mentioning(names.slice(2), never),
    [...(await writer.defining(names, never))].sort(),
  ];
}

async function agree(steps: readonly Step[]): Promise<void> {
  const state = temporaryState();
  const open = () => openLibsqlGraph({ statePath: state.path, meter: quietMeter }, never);
  let store = await open();
  const reference = memoryGraphStore();
  try {
    let generation = 0;
    let readable: number[] = [];
    for (const one of steps) {
      const served = readable.at(-1) ?? 0;
      if (one.kind === "reopen") {
        await store.close();
        store = await open();
      } else if (one.kind === "sweep") {
        readable = readable.slice(-1);
        for (const each of [store, reference]) await each.sweep("a", served, never);
      } else {
        generation += 1;
        const writers = await Promise.all(
          [store, reference].map((each) => each.begin("a", one.full ? 0 : served, generation, never)),
        );
        for (const made of one.changes) {
          const path = paths[made.path]!;
          for (const writer of writers) {
            if (made.size === 0) await writer.remove(path, never);
            else {
              await writer.put(path, contributionOf(made), never);
              await writer.stage(
                path,
                packFacts(defines(...names.filter((_, i) => (made.seed >> i) % 2 === 1))),
                never,
              );
            }
          }
        }
        const [said, expectedSaid] = await Promise.all(writers.map(named));
        assert.equal(said, expectedSaid);
        if (one.end === "abort") for (const writer of writers) await writer.abort();
        else {
          const [totals, expected] = await Promise.all(writers.map((writer) => writer.commit(never)));
          assert.equal(totals, expected);
        }
        if (one.end === "serve") readable.push(generation);
      }
      for (const each of readable.slice(-2)) assert.equal(await shown(store, each), await shown(reference, each));
    }
  } finally {
    await store.close();
    state.remove();
  }
}

test("answer as the reference store does, whatever is written, taken back, swept and opened again", async () => {
  const runs = Number(process.env["KM_TEST_GRAPH_RUNS"] ?? 3);
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), agree), {
    numRuns: runs,
    endOnFailure: true,
  });
});

test("answer alike once they were built anew without what is gone", async () => {
  const writes = (round: number): Step[] => [
    {
      kind: "write",
      changes: [0, 1, 2].map((path) => ({ path, seed: round * 10 + path, size: 20 })),
      full: false,
      end: "serve",
    },
    { kind: "sweep" },
  ];
  await agree([1, 2, 3, 4].flatMap(writes));
});

test.run();
