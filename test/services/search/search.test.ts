import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchMode, SearchView } from "../../../gen/knowledge/v1/search_service.ts";
import { ArtifactType, SymbolKind } from "../../../gen/knowledge/v1/types.ts";
import type { Principal } from "../../../src/domain/mod.ts";
import { anyone, type Bench, bench, context, faultOf, type Sample } from "./fixture.ts";

const onlyA: Principal = { ...anyone, tokenId: "t-a", scope: "reader", sources: ["a"] };

const tree: readonly Sample[] = [
  {
    path: "src/limiter/rate-limiter.ts",
    texts: [
      "export class RateLimiter {\n  take(points: number) {\n    // refill tokens of the bucket\n    return this.bucket.take(points);\n  }\n}\n",
      "export function refill(bucket: Bucket) {\n  bucket.tokens += 1;\n}\n",
    ],
    defines: [["RateLimiter"], ["refill"]],
    kind: "class",
  },
  {
    path: "test/rate-limiter.test.ts",
    texts: ["test('RateLimiter refuses a burst of tokens from the bucket', () => { new RateLimiter().take(1); });\n"],
    facts: { artifactType: "test" },
  },
  {
    path: "docs/limits.md",
    texts: ["# Limits\nThe rate limiter keeps a bucket of tokens for every caller.\n"],
    defines: [["Limits"]],
    kind: "section",
    facts: { artifactType: "doc", language: "markdown", tags: ["ops"], subsystem: "docs" },
  },
  {
    path: "config/limits.yaml",
    texts: ["limits:\n  bucket: 50\n"],
    facts: { artifactType: "config", language: "yaml", updatedAt: 1_760_000_000_000 },
  },
];

const filled = async (): Promise<Bench> => {
  const made = bench();
  await made.index("a", tree);
  return made;
};

const paths = (reply: { hits: readonly { artifact: { path: string } | undefined }[] }) =>
  reply.hits.map((hit) => hit.artifact?.path);

const finding = suite("search: finding");

finding("puts the definition of a symbol first, with its lines, symbol and revision", async () => {
  const { search } = await filled();
  const reply = await search({ query: "RateLimiter" });
  const [first] = reply.hits;
  assert.is(first?.artifact?.path, "src/limiter/rate-limiter.ts");
  assert.equal(first?.lines, { start: 1, end: 6 });
  assert.is(first?.symbol?.name, "RateLimiter");
  assert.is(first?.symbol?.kind, SymbolKind.SYMBOL_KIND_CLASS);
  assert.is(first?.artifact?.artifactType, ArtifactType.ARTIFACT_TYPE_CODE);
  assert.is(reply.revisions[0]?.source, "a");
  assert.is(reply.revisions[0]?.commit, "c0ffee");
  assert.ok(reply.searchRequestId.length > 0);
  assert.ok(reply.candidates >= reply.hits.length);
});

finding("ranks the implementation above its test, until the test is asked for", async () => {
  const { search } = await filled();
  const plain = paths(await search({ query: "rate limiter bucket tokens" }));
  assert.is(plain[0], "src/limiter/rate-limiter.ts");
  const asked = paths(await search({ query: "test that the RateLimiter refuses a burst" }));
  assert.is(asked[0], "test/rate-limiter.test.ts");
});

finding("finds a file by its path", async () => {
  const { search } = await filled();
  assert.is(paths(await search({ query: "config/limits.yaml" }))[0], "config/limits.yaml");
});

finding("prefers passages that hold a quoted phrase", async () => {
  const { search } = await filled();
  assert.is(paths(await search({ query: '"keeps a bucket of tokens"' }))[0], "docs/limits.md");
});

finding("answers in every mode, and counts it", async () => {
  const { search, seen } = await filled();
  for (const mode of [SearchMode.SEARCH_MODE_LEXICAL, SearchMode.SEARCH_MODE_SEMANTIC]) {
    const reply = await search({ query: "bucket of tokens", mode, explain: true });
    assert.ok(reply.hits.length > 0);
    const absent = mode === SearchMode.SEARCH_MODE_LEXICAL ? "vectorRank" : "lexicalRank";
    assert.ok(reply.hits.every(({ explanation }) => explanation?.[absent] === 0));
  }
  assert.ok(seen.includes('km_search_requests_total{"mode":"lexical","outcome":"hits"}'));
  assert.ok(seen.includes('km_search_duration_seconds{"mode":"semantic","stage":"total"}'));
  assert.ok(seen.includes('km_search_hits{"mode":"semantic"}'));
});

finding("each profile answers, docs-heavy with the document first, an unknown one names the four", async () => {
  const { search } = await filled();
  for (const profile of ["", "default", "analysis", "operations"]) {
    assert.ok((await search({ query: "rate limiter bucket", profile })).hits.length > 0);
  }
  assert.is(paths(await search({ query: "rate limiter bucket", profile: "docs-heavy" }))[0], "docs/limits.md");
  const fault = await faultOf(search({ query: "x", profile: "best" }));
  assert.is(fault.code, "invalid");
  assert.is(fault.field, "profile");
  for (const name of ["default", "analysis", "operations", "docs-heavy"]) assert.match(fault.message, name);
});

finding("an empty index answers empty, with a warning", async () => {
  const reply = await bench().search({ query: "anything" });
  assert.equal(reply.hits, []);
  assert.match(reply.warnings.join("\n"), "has no index yet");
});

finding("says that there is no graph where there is none", async () => {
  const { search } = await filled();
  assert.match((await search({ query: "bucket", includeGraph: true })).warnings.join(), "graph");
});

finding("falls back to words when the embedder fails, but not when vectors were demanded", async () => {
  const made = await filled();
  made.ports.embedder.embed = async () => {
    throw new Error("away");
  };
  const reply = await made.search({ query: "rate limiter" });
  assert.ok(reply.hits.length > 0);
  assert.match(reply.warnings.join(), "embedder");
  let thrown = false;
  await made.search({ query: "rate limiter", mode: SearchMode.SEARCH_MODE_SEMANTIC }).catch(() => {
    thrown = true;
  });
  assert.ok(thrown);
});

finding("never compares vectors of two embedders", async () => {
  const made = await filled();
  Object.assign(made.ports.embedder, { fingerprint: "another" });
  const reply = await made.search({ query: "rate limiter", explain: true });
  assert.ok(reply.hits.every(({ explanation }) => explanation?.vectorRank === 0));
  assert.match(reply.warnings.join(), "another embedder");
  const fault = await faultOf(made.search({ query: "rate limiter", mode: SearchMode.SEARCH_MODE_SEMANTIC }));
  assert.is(fault.reason, "EMBEDDER_CHANGED");
});

finding("stops when the caller has gone", async () => {
  const { handlers } = await filled();
  const gone = AbortSignal.abort();
  const { SearchRequest } = await import("../../../gen/knowledge/v1/search_service.ts");
  const work = handlers.search(SearchRequest.fromPartial({ query: "bucket" }), context(anyone, gone));
  assert.is((await faultOf(work)).code, "cancelled");
});

finding.run();

const filters = suite("search: filters");

const filtered: readonly (readonly [string, object, readonly string[]])[] = [
  ["type", { artifactTypes: [ArtifactType.ARTIFACT_TYPE_DOC] }, ["docs/limits.md"]],
  ["language", { languages: ["YAML"] }, ["config/limits.yaml"]],
  ["prefix", { pathPrefixes: ["docs/"] }, ["docs/limits.md"]],
  ["glob", { pathGlobs: ["**/*.yaml"] }, ["config/limits.yaml"]],
  ["subsystem", { subsystems: ["docs"] }, ["docs/limits.md"]],
  ["tag", { tags: ["ops"] }, ["docs/limits.md"]],
  ["kind", { symbolKinds: [SymbolKind.SYMBOL_KIND_SECTION] }, ["docs/limits.md"]],
  ["time", { updatedAfter: new Date(1_750_000_000_000) }, ["config/limits.yaml"]],
  [
    "values of a field are alternatives",
    { pathPrefixes: ["docs/", "config/"] },
    ["config/limits.yaml", "docs/limits.md"],
  ],
  ["fields are combined with and", { pathPrefixes: ["docs/"], languages: ["yaml"] }, []],
];
for (const [name, filter, expected] of filtered) {
  filters(name, async () => {
    const { search } = await filled();
    const reply = await search({ query: "bucket limits", filter });
    assert.equal(paths(reply).sort(), expected);
    if (expected.length === 0) assert.match(reply.warnings.join(), "filter");
  });
}

filters("source", async () => {
  const made = await filled();
  await made.index("b", [{ path: "other.ts", texts: ["bucket of limits\n"] }]);
  const sources = async (asked: string[]) => {
    const { hits, revisions } = await made.search({ query: "bucket limits", filter: { sources: asked } });
    const found = new Set(hits.map(({ artifact }) => artifact?.source));
    return [[...found].sort(), revisions.map(({ source }) => source)];
  };
  assert.equal(await sources(["b"]), [["b"], ["b"]]);
  for (const all of [[], ["a", "b"]])
    assert.equal(await sources(all), [
      ["a", "b"],
      ["a", "b"],
    ]);
});

filters("unknown enums, empty values and too many are refused with their field", async () => {
  const { search } = await filled();
  const bad: readonly (readonly [string, object])[] = [
    ["filter.artifact_types", { artifactTypes: [0] }],
    ["filter.artifact_types", { artifactTypes: [99] }],
    ["filter.symbol_kinds", { symbolKinds: [-1] }],
    ["filter.languages", { languages: [""] }],
    ["filter.tags", { tags: Array.from({ length: 300 }, (_, at) => `t${at}`) }],
  ];
  for (const [field, filter] of bad) {
    const fault = await faultOf(search({ query: "x", filter }));
    assert.is(fault.code, "invalid");
    assert.is(fault.field, field);
  }
  assert.is((await faultOf(search({ query: "x", mode: 9 as never }))).field, "mode");
  assert.is((await faultOf(search({ query: "x", view: 9 as never }))).field, "view");
});

filters("a source that isn't there and one that may not be seen get the same answer", async () => {
  const made = await filled();
  await made.index("b", [{ path: "secret.ts", texts: ["bucket of secrets\n"] }]);
  const absent = await faultOf(made.search({ query: "bucket", filter: { sources: ["zz"] } }, onlyA));
  const hidden = await faultOf(made.search({ query: "bucket", filter: { sources: ["b"] } }, onlyA));
  assert.is(absent.code, "not-found");
  assert.is(hidden.code, "not-found");
  assert.is(hidden.message.replace("'b'", "'zz'"), absent.message);
  assert.is((await faultOf(made.search({ query: "x", minGeneration: { b: 1 } }, onlyA))).code, "not-found");
});

filters("a token limited to a source gets the scores it would get if there were no other", async () => {
  const alone = await filled();
  const both = await filled();
  await both.index("b", [{ path: "rate-limiter.ts", texts: ["bucket tokens rate limiter\n".repeat(9)] }]);
  const expected = await alone.search({ query: "rate limiter bucket", explain: true }, onlyA);
  const actual = await both.search({ query: "rate limiter bucket", explain: true }, onlyA);
  assert.equal(actual.hits, expected.hits);
  assert.equal(actual.candidates, expected.candidates);
  assert.equal(
    actual.revisions.map(({ source }) => source),
    ["a"],
  );
});

filters.run();

const shape = suite("search: the reply");

shape("contributions add up to the score, and scores fall", async () => {
  const { search } = await filled();
  const { hits } = await search({ query: "how does the rate limiter refill tokens", explain: true });
  for (const { score, explanation } of hits) {
    const sum = (explanation?.signals ?? []).reduce((all, { contribution }) => all + contribution, 0);
    assert.is(sum, score);
    for (const { value, weight, contribution } of explanation?.signals ?? []) assert.is(value * weight, contribution);
  }
  assert.ok(hits.every(({ score }, at) => at === 0 || score <= (hits[at - 1]?.score ?? 0)));
  assert.is(hits[0]?.explanation?.lexicalRank, 1);
});

shape("words and vectors are brought to one scale before they are weighed: 0 to 1, the best of each at 1", async () => {
  const { search } = await filled();
  const { hits } = await search({ query: "rate limiter bucket tokens", explain: true });
  for (const name of ["lexical", "vector"]) {
    const values = hits.map(
      ({ explanation }) => explanation?.signals.find((signal) => signal.name === name)?.value ?? 0,
    );
    assert.is(Math.max(...values), 1, `${name}: ${values}`);
    assert.ok(
      values.every((value) => value >= 0 && value <= 1),
      `${name}: ${values}`,
    );
    const ranks = hits.map(({ explanation }) => explanation?.[name === "lexical" ? "lexicalRank" : "vectorRank"]);
    assert.is(values[ranks.indexOf(1)], 1, `the best of the ${name} list`);
  }
});

shape("no explanation and no content unless asked for", async () => {
  const { search } = await filled();
  const { hits } = await search({ query: "bucket" });
  assert.ok(hits.every(({ explanation, content }) => explanation === undefined && content === ""));
});

shape("content in the full view, the budget spent on the best passages first, the cut said", async () => {
  const { search } = await filled();
  const whole = await search({ query: "bucket", view: SearchView.SEARCH_VIEW_FULL });
  assert.ok(whole.hits.every(({ content }) => content.length > 0));
  assert.equal(
    whole.warnings.filter((text) => text.includes("max_content_bytes")),
    [],
  );
  const first = new TextEncoder().encode(whole.hits[0]?.content).length;
  const cut = await search({ query: "bucket", view: SearchView.SEARCH_VIEW_FULL, maxContentBytes: first + 12 });
  assert.is(cut.hits[0]?.content, whole.hits[0]?.content);
  const bytes = cut.hits.reduce((sum, { content }) => sum + new TextEncoder().encode(content).length, 0);
  assert.ok(bytes <= first + 12, `${bytes} bytes`);
  assert.match(cut.warnings.join(), "max_content_bytes");
});

shape("snippets show the lines that matter; highlights are byte ranges of their text", async () => {
  const made = bench();
  const filler = "nothing here\n".repeat(40);
  await made.index("a", [
    { path: "w.md", texts: [`${filler}héllo wörld — 日本 the bucket 🪣 of tökens bucket\n${filler}`] },
  ]);
  const { hits } = await made.search({ query: "bucket tökens" });
  const { snippet, lines } = hits[0]!;
  assert.ok(snippet && lines && snippet.lines);
  assert.ok(snippet.lines.start <= 41 && snippet.lines.end >= 41, "line 41 is shown");
  assert.is(snippet.text.split("\n").length, snippet.lines.end - snippet.lines.start + 1);
  const bytes = new TextEncoder().encode(snippet.text);
  const strict = new TextDecoder("utf-8", { fatal: true });
  const marked = snippet.highlights.map(({ start, end }) => strict.decode(bytes.slice(start, end)));
  assert.equal(marked, ["bucket", "tökens", "bucket"]);
});

shape.run();

const hostile = suite("search: hostile queries");

for (const query of [
  "the of and to",
  "\u0000\u0001\u001b[31m",
  "(((((((",
  "'; DROP TABLE chunks; --",
  'bucket" OR "1"="1',
  "NEAR(bucket tokens, 2) AND NOT *",
  "body:bucket*",
  "^(a+)+$",
  "🪣🪣🪣",
  "constructor __proto__ toString hasOwnProperty",
  "\ud800 lone surrogate",
  `${"a".repeat(8_000)} ${"b ".repeat(4_000)}`,
  "🪣".repeat(16_384),
  "at ".repeat(5_000),
]) {
  hostile(JSON.stringify(query.slice(0, 40)), async () => {
    const { search } = await filled();
    const reply = await search({ query, explain: true });
    assert.ok(reply.hits.every(({ score }) => Number.isFinite(score)));
  });
}

hostile("only common words: said", async () => {
  const { search } = await filled();
  assert.match((await search({ query: "the of and" })).warnings.join(), "common words");
});

hostile("empty, blank and too long are refused", async () => {
  const { search } = await filled();
  for (const query of ["", "  \n\t ", "x".repeat(16_385), "🪣".repeat(16_385)]) {
    const fault = await faultOf(search({ query }));
    assert.is(fault.code, "invalid");
    assert.is(fault.field, "query");
  }
});

hostile("a long report finds what its names say", async () => {
  const { search } = await filled();
  const noise = "2026-01-01T00:00:00Z INFO nothing to see in this line of the log\n".repeat(120);
  const query = `Burst is not refused\n\nCalling \`RateLimiter.take\` twice:\n${noise}\nexpected an error`;
  assert.is(paths(await search({ query }))[0], "src/limiter/rate-limiter.ts");
});

hostile.run();

const generations = suite("search: generations");

generations("a generation that is not served yet is a precondition", async () => {
  const made = await filled();
  const now = made.ports.state.revisions.served()[0]!.generation;
  assert.ok((await made.search({ query: "bucket", minGeneration: { a: now } })).hits.length > 0);
  assert.is((await faultOf(made.search({ query: "bucket", minGeneration: { a: now + 1 } }))).code, "precondition");
  assert.is((await faultOf(made.search({ query: "bucket", minGeneration: { b: 1 } }))).code, "precondition");
});

generations.run();
