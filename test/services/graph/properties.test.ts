import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { GraphEdge } from "../../../src/domain/graph/mod.ts";
import { edge, symbolIn } from "../../contract/graph-corpus.ts";
import { bench } from "./fixture.ts";

const test = suite("GraphService over random graphs");

const count = 14;
const nodes = Array.from({ length: count }, (_, i) => symbolIn("a", `src/f${i % 3}.ts`, `n${i}`));
const ids = nodes.map(({ path, name }) => `symbol:a/${path}#${name}`);
const kinds = ["calls", "references", "imports"] as const;

/** [from, to, kind, exact]. */
const links = fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1), fc.nat(2), fc.boolean()), { maxLength: 30 });
type Links = readonly (readonly [number, number, number, boolean])[];
const directions = ["both", "outgoing", "incoming", "both"] as const;

async function serving(made: Links) {
  const it = bench();
  const edges = made.map(
    ([from, to, kind, exact]): GraphEdge => edge(nodes[from]!, kinds[kind]!, nodes[to]!, exact ? "exact" : "possible"),
  );
  // In two files' contributions, so that they are united.
  const half = Math.floor(edges.length / 2);
  await it.index("a", {
    "x.ts": { nodes, edges: edges.slice(0, half) },
    "y.ts": { nodes: [], edges: edges.slice(half) },
  });
  return it;
}

/** Steps to every node from some, the plain way. */
function distances(made: Links, starts: readonly number[], direction: "both" | "outgoing" | "incoming", depth: number) {
  const far = new Map<number, number>(starts.map((start) => [start, 0]));
  for (let d = 1; d <= depth; d++)
    for (const [from, to] of made)
      for (const [here, there] of [
        [from, to, "outgoing"],
        [to, from, "incoming"],
      ] as const) {
        const allowed = direction === "both" || (direction === "outgoing") === (here === from && there === to);
        if (allowed && far.get(here) === d - 1 && !far.has(there)) far.set(there, d);
      }
  return far;
}

const indexOf = (id: string | undefined) => ids.indexOf(id ?? "");

test("Traverse finds what a plain breadth-first walk finds, level by level", () =>
  fc.assert(
    fc.asyncProperty(
      links,
      fc.nat(count - 1),
      fc.nat(3),
      fc.integer({ min: 1, max: 4 }),
      async (made, start, direction, maxDepth) => {
        const it = await serving(made);
        const { subgraph } = await it.traverse({ nodeIds: [ids[start]], direction, maxDepth });
        const expected = distances(made, [start], directions[direction]!, maxDepth);
        const found = subgraph!.nodes.map(({ nodeId }) => indexOf(nodeId));
        assert.equal([...found].sort(), [...expected.keys()].sort());
        const levels = found.map((node) => expected.get(node)!);
        assert.equal(
          levels,
          [...levels].sort((a, b) => a - b),
          "nearer ones first",
        );
        for (const { from, to } of subgraph!.edges)
          assert.ok(found.includes(indexOf(from)) && found.includes(indexOf(to)));
        assert.is(subgraph!.truncated, false);
      },
    ),
    { numRuns: 150 },
  ));

test("FindPath finds a shortest path, in the direction asked, or none where there is none", () =>
  fc.assert(
    fc.asyncProperty(
      links,
      fc.nat(count - 1),
      fc.nat(count - 1),
      fc.nat(3),
      fc.integer({ min: 1, max: 8 }),
      async (made, from, to, direction, maxDepth) => {
        const it = await serving(made);
        const ask = { from: ids[from], to: ids[to], direction, maxDepth };
        const { path } = await it.findPath(ask);
        const steps = distances(made, [from], directions[direction]!, maxDepth).get(to);
        assert.is(path!.edges.length, steps ?? 0);
        assert.is(path!.nodes.length, steps === undefined ? 0 : steps + 1);
        for (const [i, { from: start, to: end }] of path!.edges.entries()) {
          const [here, there] = [path!.nodes[i]!.nodeId, path!.nodes[i + 1]!.nodeId];
          const forward = start === here && end === there;
          const backward = start === there && end === here;
          assert.ok(
            directions[direction] === "both"
              ? forward || backward
              : directions[direction] === "outgoing"
                ? forward
                : backward,
          );
        }
        assert.equal((await it.findPath(ask)).path, path, "always the same one");
      },
    ),
    { numRuns: 150 },
  ));

test("AnalyzeImpact is reverse reachability, with the fewest steps, exact only over exact ones", () =>
  fc.assert(
    fc.asyncProperty(
      links,
      fc.nat(count - 1),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (made, target, maxDepth, exactOnly) => {
        const it = await serving(made);
        const united = new Map<string, boolean>();
        for (const [from, to, kind, exact] of made)
          united.set(`${from} ${to} ${kind}`, exact || united.get(`${from} ${to} ${kind}`) === true);
        const whole = [...united].map(
          ([key, exact]) => [...key.split(" ").map(Number), exact] as unknown as Links[number],
        );
        const used = exactOnly ? whole.filter(([, , , exact]) => exact) : whole;
        const expected = distances(used, [target], "incoming", maxDepth);
        expected.delete(target);
        const { dependents } = await it.analyzeImpact({
          target: { $case: "nodeId", value: ids[target] },
          maxDepth,
          exactOnly,
        });
        const found = new Map(dependents.map(({ node, distance }) => [indexOf(node?.nodeId), distance]));
        assert.equal([...found].sort(), [...expected].sort());
        for (const { node, distance, via, confidence } of dependents) {
          assert.is(via?.from, node?.nodeId);
          const next = indexOf(via?.to);
          assert.is(next === target ? 0 : found.get(next), distance - 1, "a step nearer");
          // Exact exactly where some shortest way is exact all along.
          const exact = shortestExact(whole, target, expected, indexOf(node?.nodeId));
          assert.is(confidence, exact ? 1 : 2);
        }
      },
    ),
    { numRuns: 150 },
  ));

function shortestExact(made: Links, target: number, far: ReadonlyMap<number, number>, node: number): boolean {
  if (node === target) return true;
  const distance = far.get(node)!;
  return made.some(
    ([from, to, , exact]) =>
      from === node &&
      exact &&
      (to === target ? 0 : far.get(to)) === distance - 1 &&
      shortestExact(made, target, far, to),
  );
}

test.run();
