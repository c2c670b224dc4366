import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLibsqlGraph } from "../../../src/adapters/libsql/mod.ts";
import { memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import { edgeKinds, type GraphNode } from "../../../src/domain/graph/mod.ts";
import type { GraphStore } from "../../../src/ports/mod.ts";
import { quietMeter, temporaryState } from "../../adapters/libsql/index/sample-index.ts";
import { dice, edge, never, place, plainNode, symbolIn, writeGraph } from "../../contract/graph-corpus.ts";
import { bench } from "./fixture.ts";

const test = suite("walks in a store and beside it");
const paths = ["src/a.ts", "docs/é x.md", "\ufb01.py", "q/😀~#.ts"];

function nodesOf(source: string): readonly GraphNode[] {
  return [
    ...["left", "right", "b\ud83d\ude00"].flatMap((name) => [
      plainNode(source, "package", `npm/${name}`),
      plainNode(source, "owner", name),
      plainNode(source, "message", `shop.${name}`),
    ]),
    ...paths.flatMap((path) => [
      plainNode(source, "file", path, { attributes: { artifact_type: "code", language: "typescript" } }),
      ...["run", "Store.keep", "日本", "\uffee"].map((name) => symbolIn(source, path, name)),
    ]),
  ];
}

/** The same to both stores: edges among a source's nodes, those that span sources more often than others. */
async function write(stores: readonly GraphStore[], source: string, seed: number, count: number): Promise<void> {
  const roll = dice(seed);
  const nodes = nodesOf(source).filter(() => roll(5) > 0);
  const pick = () => nodes[Math.min(roll(nodes.length), roll(nodes.length))]!;
  const edges = Array.from({ length: count }, () => {
    const kind = edgeKinds[roll(3) === 0 ? roll(edgeKinds.length) : 2]!;
    const confidence = roll(2) === 0 ? "exact" : "possible";
    return edge(pick(), kind, pick(), confidence, [place("x.ts", 1 + roll(30)), place("x.ts", 1 + roll(3))]);
  });
  for (const store of stores) await writeGraph(store, source, 0, 1, { "x.ts": { nodes, edges } });
}

const asked = fc.record({
  seeds: fc.tuple(fc.nat(), fc.nat()),
  edges: fc.constantFrom(3, 40, 200),
  starts: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  direction: fc.nat({ max: 3 }),
  edgeKinds: fc.constantFrom([], [], [3, 4], [3]),
  nodeKinds: fc.constantFrom([], [], [3, 7], [4, 5, 9]),
  maxDepth: fc.integer({ min: 1, max: 6 }),
  maxNodes: fc.constantFrom(0, 2, 5, 12),
});

test("the embedded graph walks in one call as the service does over a store that cannot, over several sources too", async () => {
  const state = temporaryState();
  const embedded = await openLibsqlGraph({ statePath: state.path, meter: quietMeter }, never);
  const count = { truncated: 0, several: 0 };
  let source = 0;
  try {
    await fc.assert(
      fc.asyncProperty(asked, async ({ seeds, edges, starts, ...how }) => {
        const reference = memoryGraphStore();
        assert.is(reference.walk, undefined, "the reference is walked step by step");
        const names = seeds.map((_, at) => `s${source}-${at}`);
        source += 1;
        for (const [at, name] of names.entries()) await write([embedded, reference], name, seeds[at]!, edges);
        const { ports } = bench();
        const served = names.map((name) => ({ source: name, generation: 1, commit: "", indexedAt: 1, dirty: false }));
        const revisions = { ...ports.state.revisions, served: () => served };
        const sources = { all: () => names.map((name) => ({ name })), get: () => undefined };
        const [one, other] = [embedded, reference].map((store) =>
          bench({ ...ports, store, state: { ...ports.state, revisions }, sources } as never),
        );
        const { nodes } = await other!.searchNodes({ pageSize: 500 });
        const nodeIds = starts.map((start) => nodes[start % nodes.length]!.nodeId);
        const [answer, expected] = [
          await one!.traverse({ nodeIds, ...how }),
          await other!.traverse({ nodeIds, ...how }),
        ];
        assert.equal(answer, expected);
        count.truncated += Number(answer.subgraph!.truncated);
        const seen = new Set(answer.subgraph!.nodes.map(({ artifact }) => artifact?.source));
        count.several += Number(names.every((name) => seen.has(name)));
      }),
      { numRuns: 40, endOnFailure: true },
    );
    assert.ok(
      count.truncated > 2 && count.several > 2,
      `walks that were cut, and that crossed: ${JSON.stringify(count)}`,
    );
  } finally {
    await embedded.close();
    state.remove();
  }
});

test.run();
