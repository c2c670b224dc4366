import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeCounts, encodeCounts, hashKey } from "../../../src/adapters/qdrant/term-counts.ts";
import { termHash } from "../../../src/adapters/qdrant/term-hash.ts";
import { fieldCount, fieldTerms } from "../../../src/domain/text/mod.ts";

const test = suite("term counts");

test("come back as they were written, for the terms asked for", () => {
  const word = fc.constantFrom("alpha", "beta", "gamma", "日本", "parseConfig", "x9z");
  const text = fc.array(word, { maxLength: 700 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(text, text, (body, doc) => {
      const terms = fieldTerms({ text: body, path: "src/alpha.ts", defines: ["beta"], context: "", doc });
      const hashes = terms.terms.map(termHash);
      const encoded = encodeCounts(terms, hashes);
      const asked = new Set([...hashes.map(hashKey), hashKey(termHash("absent"))]);
      const found = decodeCounts(encoded, asked);
      assert.is(found.size, terms.terms.length);
      hashes.forEach((hash, at) => {
        const counts = terms.counts.slice(at * fieldCount, (at + 1) * fieldCount);
        assert.equal([...(found.get(hashKey(hash)) ?? [])], [...counts]);
      });
      assert.is(decodeCounts(encoded, new Set()).size, 0);
    }),
    { numRuns: 50 },
  );
});

test("a hundred thousand words have as many hashes, spread over the dimensions", () => {
  const keys = new Set<number>();
  const dimensions = new Set<number>();
  for (let at = 0; at < 100_000; at++) {
    const hash = termHash(`word${at.toString(36)}`);
    keys.add(hashKey(hash));
    dimensions.add(hash.dimension);
  }
  assert.is(keys.size, 100_000);
  assert.ok(dimensions.size > 99_990, `${dimensions.size} dimensions`);
});

test("counts that are cut short are told", () => {
  const terms = fieldTerms({ text: "alpha beta", path: "a", defines: [], context: "", doc: "" });
  const encoded = encodeCounts(terms, terms.terms.map(termHash));
  assert.throws(() => decodeCounts(encoded.slice(0, -4), new Set()), RangeError);
});

test.run();
