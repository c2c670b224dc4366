import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Subgraph } from "../../gen/knowledge/v1/graph_service.ts";
import { toDot, toMermaid } from "../../src/cli/graph-drawing.ts";

const test = suite("drawing a neighbourhood");

const drawn = Subgraph.fromPartial({
  nodes: [
    { nodeId: "file:a/x.ts", name: "x.ts", kind: 3 },
    { nodeId: 'symbol:a/x.ts#"run"', name: 'operator<<"];\n\u202E%%', kind: 4 },
  ],
  edges: [
    { from: "file:a/x.ts", to: 'symbol:a/x.ts#"run"', kind: 2, confidence: 1 },
    { from: 'symbol:a/x.ts#"run"', to: "file:a/x.ts", kind: 4, confidence: 2 },
    { from: "file:a/x.ts", to: "file:a/not-shown.ts", kind: 3, confidence: 1 },
  ],
});

test("Graphviz takes it: names can't end a string, what is possible is dashed", () => {
  const text = toDot(drawn);
  assert.match(text, /^digraph knowledge \{/);
  assert.ok(text.includes('"file:a/x.ts" -> "symbol:a/x.ts#\\"run\\"" [label="defines"];'));
  assert.ok(text.includes('[label="calls", style=dashed];'));
  assert.ok(text.includes('label="operator<<\\"];\\\\u{a}\\\\u{202e}%%\\nsymbol"'));
  for (const line of text.split("\n").slice(1, -1)) {
    const quotes = line.replaceAll(/\\./g, "").split('"').length - 1;
    assert.is(quotes % 2, 0, line);
  }
});

test("Mermaid takes it: names are text, edges to what is not shown are left out", () => {
  const lines = toMermaid(drawn).split("\n");
  assert.is(lines[0], "flowchart LR");
  assert.is(lines[1], '  n0["x.ts<br/>file"]');
  assert.is(lines[2], '  n1["operator#60;#60;#34;#93;#59;#92;u#123;a#125;#92;u#123;202e#125;%%<br/>symbol"]');
  assert.equal(lines.slice(3), ["  n0 -->|defines| n1", "  n1 -.->|calls| n0"]);
});

test.run();
