import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AnalyzeImpactResponse } from "../../gen/knowledge/v1/graph_service.ts";
import { impact } from "../../src/cli/graph.ts";

const test = suite("gateway graph impact");

const node = (name: string) => ({ nodeId: `symbol:a/x.ts#${name}`, name, kind: 4 as const });
const answer = AnalyzeImpactResponse.fromPartial({
  dependents: [1, 2].map((n) => ({ node: node(`user${n}`), distance: 1, confidence: 1 as const })),
  tests: Array.from({ length: 5 }, (_, n) => node(`tests${n}`)),
});

async function told(limit: number, json = false) {
  const out: string[] = [];
  const err: string[] = [];
  const output = {
    json,
    terminal: false,
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
  };
  const clients = { graph: { analyzeImpact: async () => answer } };
  const act = { clients, output, signal: new AbortController().signal, own: false };
  await impact(act as never, "symbol:a/x.ts#run", { depth: 3, limit });
  return { out: out.join("\n"), err: err.join("\n") };
}

test("shows as many tests as dependents, and says how many there are in all", async () => {
  const { out, err } = await told(2);
  assert.equal(out.match(/tests\d/g)?.length, 4, "two, by name and by id");
  assert.is(err, "5 tests in all: -n shows more");
  const all = await told(30);
  assert.equal([all.out.match(/tests\d/g)?.length, all.err], [10, ""]);
});

test("gives a program all that the gateway said", async () => {
  assert.is(JSON.parse((await told(2, true)).out).tests.length, 5);
});

test.run();
