import { suite } from "uvu";
import * as assert from "uvu/assert";
import { stem } from "../../../src/domain/text/mod.ts";
import { type QueryKind, queryKind } from "../../../src/services/search/query/kind.ts";
import { understand } from "../../../src/services/search/query/understand.ts";

const kinds = suite("search: what a query is taken for");

const log = "2026-01-01 INFO the server took a request and answered it in time\n".repeat(6);
const taken: readonly (readonly [QueryKind, string])[] = [
  ["symbol", "RateLimiter"],
  ["symbol", "rate_limiter"],
  ["symbol", "app.listen"],
  ["symbol", "Foo::bar()"],
  ["symbol", "class Fault"],
  ["path", "src/server.ts"],
  ["path", "server.ts"],
  ["path", "src\\edge\\gate.ts"],
  ["phrase", '"keeps a bucket of tokens"'],
  ["phrase", "`npm run eval`"],
  ["question", "how are page tokens sealed"],
  ["question", "page tokens expire after how long?"],
  ["keywords", "page token expiry"],
  ["error", "TypeError: x is not a function"],
  ["error", "panic: runtime error: index out of range"],
  ["error", "it fails\n    at take (src/limiter.ts:10:3)"],
  ["error", 'Traceback (most recent call last):\n  File "a.py", line 3'],
  ["report", `Requests are refused\n\nSteps to reproduce:\n${log}`],
  ["report", `${log}${log}at take (src/limiter.ts:10:3)\n`],
];
for (const [kind, query] of taken)
  kinds(`${kind}: ${JSON.stringify(query.slice(0, 50))}`, () => assert.is(queryKind(query), kind));

kinds.run();

const terms = suite("search: terms of a query");

const weights = (query: string) => new Map(understand(query).terms.map(({ term, weight }) => [term, weight]));

terms("identifiers are looked up whole and in parts", () => {
  const found = weights("parseConfigFile");
  for (const term of ["parseconfigfile", "pars", "config", "file"]) assert.ok(found.has(term), `${[...found.keys()]}`);
});

terms("stop words are left out, words about the asking weigh half, a language a fifth", () => {
  const found = weights("what is the way to use a bucket in python");
  assert.not.ok(found.has("the"));
  assert.equal([found.get("bucket"), found.get(stem("use")), found.get("python")], [1, 0.5, 0.2]);
});

terms("neighbours are looked up as one word, and others words for a word at less weight, known as such", () => {
  const found = weights("rate limiter config");
  assert.is(found.get("ratelimiter"), 0.4);
  const { aliases } = understand("rate limiter config");
  const other = [...aliases].find(([, own]) => own === "config")?.[0] ?? "none";
  assert.ok(found.get(other)! < found.get("config")!, other);
});

terms(
  "of a report the title and the names in backticks weigh more than the body, and logs don't count by length",
  () => {
    const report = `Burst refused\n\nCalling \`TokenBucket.take\` stalls. ${log}${log}`;
    const found = weights(report);
    assert.ok(found.get("burst")! > found.get("stall")!);
    assert.ok(found.get("tokenbucket")! > found.get("stall")!);
    assert.ok(found.get("server")! < 12 * found.get("stall")!);
    assert.ok(understand(report).symbols.includes("TokenBucket.take"), `${understand(report).symbols}`);
  },
);

terms("names, paths and phrases are read out of longer texts", () => {
  const { symbols, paths, phrases } = understand(
    'why does sealPage in src/domain/page.ts say "not one of this request"',
  );
  assert.ok(symbols.includes("sealPage"));
  assert.equal([paths, phrases], [["src/domain/page.ts"], ["not one of this request"]]);
});

terms.run();
