import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { canonicalJson, Fault, openPage, sealPage } from "../../src/domain/mod.ts";

// Of the twenty checks: 19.

const test = suite("page tokens");
const key = new Uint8Array(32).fill(7);
const scope = { method: "Search", args: { query: "é", sources: ["a", "b"], limit: 3 }, principal: "reader" };

async function refused(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof Fault);
    assert.is(error.code, "invalid");
    assert.is(error.field, "page_token");
    return;
  }
  assert.unreachable("an invalid token was taken");
}

test("opens what it sealed, whatever the order of keys in the arguments", async () => {
  const position = { after: "src/ünï.ts", generations: { a: 1_800_000_000_000 } };
  const token = await sealPage(key, scope, position);
  assert.match(token, /^[A-Za-z0-9_-]+$/);
  const reordered = { ...scope, args: { limit: 3, sources: ["a", "b"], query: "é", absent: undefined } };
  assert.equal(await openPage(key, reordered, token), position);
});

test("refuses another method, other arguments, another principal, another key", async () => {
  const token = await sealPage(key, scope, { after: "x" });
  await refused(openPage(key, { ...scope, method: "ListSources" }, token));
  await refused(openPage(key, { ...scope, args: { ...scope.args, query: "e" } }, token));
  await refused(openPage(key, { ...scope, principal: "other" }, token));
  await refused(openPage(new Uint8Array(32), scope, token));
});

test("refuses any text that it did not seal", async () => {
  const token = await sealPage(key, scope, { after: "x" });
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(..."ABCxyz019_-"), async (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      if (changed !== token) await refused(openPage(key, scope, changed));
    }),
    { numRuns: 60 },
  );
  await fc.assert(
    fc.asyncProperty(fc.string(), (text) => refused(openPage(key, scope, text))),
    { numRuns: 60 },
  );
  for (const text of ["A", "AAAA", "A".repeat(100_000), `${token}A`, token.slice(0, -1), `${token}=`])
    await refused(openPage(key, scope, text));
});

test("equal values have one canonical form and different ones differ", () => {
  assert.is(canonicalJson({ b: [1, { d: 1, c: 2 }], a: "x" }), canonicalJson({ a: "x", b: [1, { c: 2, d: 1 }] }));
  assert.is.not(canonicalJson({ a: ["b", "c"] }), canonicalJson({ a: ["b,c"] }));
});

test.run();
