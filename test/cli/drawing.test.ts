import { createHash } from "node:crypto";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Subgraph } from "../../gen/knowledge/v1/graph_service.ts";
import { layOut } from "../../src/cli/drawing/lay-out.ts";
import { drawingPage, drawingSvg } from "../../src/cli/drawing/mod.ts";
import { mapOf } from "../../src/cli/graph-show.ts";
import { hostileNames } from "./sample-coverage.ts";
import { sampleSubgraph } from "./sample-subgraph.ts";

const test = suite("drawing a part of the graph");
/** Names of all attributes in markup; what stands in quotes is none. */
function attributes(markup: string): ReadonlySet<string> {
  const tags = markup.match(/<[a-z][^\s>]*(?:\s+[a-z:-]+(?:="[^"]*")?)*\s*\/?>/gi) ?? [];
  return new Set(
    tags.flatMap((tag) => [...tag.matchAll(/\s([a-z:-]+)(?:="[^"]*")?/gi)].map(([, name]) => name!.toLowerCase())),
  );
}

const titled = { middle: "file:shop/src/cart.ts", title: "Around cart.ts" };

test("no two boxes touch, each is on the canvas, and each line goes from its one box to its other", () => {
  const edge = fc.record({ from: fc.nat(39), to: fc.nat(39), kind: fc.integer({ min: 1, max: 12 }) });
  const tidy = fc.property(fc.integer({ min: 1, max: 40 }), fc.array(edge, { maxLength: 80 }), (count, edges) => {
    const nodes = Array.from({ length: count }, (_, n) => ({
      nodeId: `file:a/${n}`,
      name: "x".repeat(n * 2),
      kind: 3 as const,
    }));
    const inside = edges.filter(({ from, to }) => from < count && to < count);
    const wire = inside.map(({ from, to, kind }) => ({
      from: `file:a/${from}`,
      to: `file:a/${to}`,
      kind: kind as 1,
    }));
    const { width, height, boxes, lines } = layOut(Subgraph.fromPartial({ nodes, edges: wire }));
    for (const [n, a] of boxes.entries()) {
      assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height, `box ${n}`);
      for (const b of boxes.slice(n + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        assert.ok(apart, `${a.node.nodeId} and ${b.node.nodeId}`);
      }
    }
    assert.is(lines.length, new Set(inside.map(({ from, to }) => `${from} ${to}`)).size);
    for (const { from, to, points } of lines) {
      for (const [end, box] of [
        [points[0]!, boxes[from]!],
        [points.at(-1)!, boxes[to]!],
      ] as const) {
        const near = 1;
        const on =
          end.x >= box.x - near &&
          end.x <= box.x + box.width + near &&
          end.y >= box.y - near &&
          end.y <= box.y + box.height + near;
        assert.ok(on, `${from} ${to}`);
      }
    }
  });
  fc.assert(tidy, { numRuns: 60 });
});

test("many neighbours of one node stand in several columns, not in one that no screen is tall enough for", () => {
  const nodes = Array.from({ length: 121 }, (_, n) => ({
    nodeId: `file:a/${n}`,
    name: `file${n}.ts`,
    kind: 3 as const,
  }));
  const edges = nodes.slice(1).map(({ nodeId }) => ({ from: "file:a/0", to: nodeId, kind: 3 as const }));
  const { width, height } = layOut(Subgraph.fromPartial({ nodes, edges }));
  assert.ok(height < 2 * width && width < 2 * height, `${width} × ${height}`);
});

test("the same part of the graph gives the same picture, to the last digit", () => {
  assert.is(drawingSvg(sampleSubgraph(), titled), drawingSvg(sampleSubgraph(), titled));
});

test("a picture names nothing outside itself, runs nothing, and no name is markup in it", () => {
  const svg = drawingSvg(sampleSubgraph(), titled);
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.not.match(
    svg.replace('xmlns="http://www.w3.org/2000/svg"', ""),
    /https?:|href|<script|<foreignObject|<image|@import/i,
  );
  const names = [...attributes(svg)];
  assert.ok(names.includes("viewbox"));
  assert.equal(
    names.filter((name) => /^(?:on|src|href|xlink|style)/.test(name)),
    [],
  );
  for (const name of hostileNames.filter((one) => /[<>"]/.test(one))) assert.not.ok(svg.includes(name), name);
  assert.not.match(svg, /[\u202e\u2028\p{Cs}]/u);
  assert.match(svg, /stroke-dasharray/);
  assert.ok(svg.includes('class="box file middle"'));
});

test("a page names nothing outside itself, and its policy lets exactly its own style and script run", () => {
  const page = drawingPage(sampleSubgraph(), titled);
  const markup = page.replace(/<(script|style)[\s\S]*?<\/\1>/g, "").replace('<link rel="icon" href="data:,">', "");
  assert.equal(
    [...attributes(markup)].filter((name) => /^(?:on|src|href|xlink|style)/.test(name)),
    [],
  );
  assert.not.match(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', ""), /@import|url\((?!#to-)|https?:/i);
  assert.is(page.match(/<script/g)?.length, 2, "its data and its program");
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? "";
  assert.ok(policy.startsWith("default-src 'none'; "));
  assert.ok(policy.includes(`style-src ${hash(/<style>([\s\S]*?)<\/style>/.exec(page)![1]!)};`));
  assert.ok(policy.includes(`script-src ${hash(/<script>([\s\S]*?)<\/script>/.exec(page)![1]!)};`));
  assert.match(page, /there is more around it; dashed is possible/);
});

test("a map of a source leaves the source out; one without subsystems stays as it is", () => {
  const nodes = ["source:a", "subsystem:a/x", "subsystem:a/y"].map((nodeId) => ({ nodeId }));
  const edges = [
    { from: "source:a", to: "subsystem:a/x" },
    { from: "subsystem:a/x", to: "subsystem:a/y" },
  ];
  const map = mapOf(Subgraph.fromPartial({ nodes, edges }), "source:a");
  assert.equal([map.nodes.map(({ nodeId }) => nodeId), map.edges.length], [["subsystem:a/x", "subsystem:a/y"], 1]);
  const bare = Subgraph.fromPartial({ nodes: [{ nodeId: "source:a" }] });
  assert.is(mapOf(bare, "source:a"), bare);
});

test.run();
