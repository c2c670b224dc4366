import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchRequest, SearchResponse } from "../../../gen/knowledge/v1/search_service.ts";
import { manualClock, memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import { GraphUsage } from "../../../src/services/search/graph-usage.ts";
import { type SearchHandlers, searchHandlers, searchSignals } from "../../../src/services/search/mod.ts";
import { edge, symbolIn, writeGraph } from "../../contract/graph-corpus.ts";
import { bench, context, type Sample } from "./fixture.ts";

const code = (path: string, more: Partial<Sample> = {}): Sample => ({
  path,
  texts: ["take tokens out of the bucket\n"],
  ...more,
});
const samples: readonly Sample[] = [
  code("src/limits/token-bucket.ts", {
    texts: ["class TokenBucket\n", "take tokens out of the bucket, again\n"],
    defines: [["TokenBucket"], ["takeTokens"]],
    facts: { subsystem: "limits" },
  }),
  code("test/bucket.test.ts", { facts: { artifactType: "test" } }),
  code("examples/bucket.ts"),
  code("vendor/bucket.ts"),
  code("gen/bucket.ts"),
  code("legacy/bucket.ts"),
  code(".github/bucket.ts"),
  code("src/limits/index.ts"),
  code("docs/bucket.md", { facts: { artifactType: "doc" } }),
  code("bucket.yaml", { facts: { artifactType: "config" } }),
];

const usual = 'recently, in src/limits/token-bucket.ts: how does the TokenBucket of limits "take tokens out"';
/** What asks for a signal that the usual question does not. */
const questions: Readonly<Record<string, string>> = { identifier: "takeTok" };

const made = bench();
let answer: (handlers: SearchHandlers, signal: string) => Promise<SearchResponse>;

const test = suite("search: each signal is told, and can be switched off");

test.before(async () => {
  const { generation } = await made.index("a", samples);
  await made.index("b", []);
  const store = memoryGraphStore();
  const [bucket, caller] = [
    symbolIn("a", "src/limits/token-bucket.ts", "TokenBucket"),
    symbolIn("a", "src/x.ts", "caller"),
  ];
  const edges = [edge(caller, "calls", bucket), edge(caller, "tests", bucket)];
  await writeGraph(store, "a", 0, generation, { x: { nodes: [bucket, caller], edges } });
  Object.assign(made.ports, { usage: new GraphUsage(store, manualClock()) });
  answer = async (handlers, signal) => {
    const request = { query: questions[signal] ?? usual, explain: true, pageSize: 50 };
    return SearchResponse.fromPartial(await handlers.search(SearchRequest.fromPartial(request), context()));
  };
});

const told = ({ hits }: SearchResponse) =>
  new Set(hits.flatMap(({ explanation }) => (explanation?.signals ?? []).map(({ name }) => name)));

for (const signal of searchSignals) {
  test(signal, async () => {
    const on = await answer(made.handlers, signal);
    assert.ok(told(on).has(signal), `${[...told(on)]}`);
    const off = await answer(searchHandlers(made.ports, { scale: new Map([[signal, 0]]) }), signal);
    assert.is(off.hits.length, on.hits.length);
    assert.not.ok(told(off).has(signal));
    for (const { hits } of [on, off])
      for (const { score, explanation } of hits) {
        const sum = (explanation?.signals ?? []).reduce((all, { contribution }) => all + contribution, 0);
        assert.is(sum, score);
      }
  });
}

test.run();
