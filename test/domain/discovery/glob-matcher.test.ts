import fc from "fast-check";
import picomatch from "picomatch";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { globMatcher } from "../../../src/domain/discovery/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";

const test = suite("glob matcher");

function matches(pattern: string, path: string): boolean {
  return globMatcher(pattern)(path);
}

test("means what people mean by globs", () => {
  const yes: [string, string][] = [
    ["*.ts", "a.ts"],
    ["src/**", "src/a/b.ts"],
    ["src/**", "src"],
    ["src/", "src/a/b.ts"],
    ["./src/*.ts", "src/a.ts"],
    ["/src/*.ts", "src/a.ts"],
    ["**/*.ts", "a.ts"],
    ["**/*.ts", "a/b/c.ts"],
    ["a/**/z", "a/z"],
    ["a/**/z", "a/b/c/z"],
    ["*", ".hidden"],
    ["{src,test}/**/*.{ts,tsx}", "test/x/y.tsx"],
    ["a{b,{c,d}}e", "ade"],
    ["a{,b}", "a"],
    ["[a-c]?.md", "bx.md"],
    ["[!a]", "b"],
    ["[]]", "]"],
    ["[", "["],
    ["{a}", "{a}"],
    ["\\*", "*"],
    ["?", "👩"],
    ["a\nb", "a\nb"],
  ];
  const no: [string, string][] = [
    ["*.ts", "a/b.ts"],
    ["src/*", "src/a/b.ts"],
    ["src/**", "srcs/a"],
    ["?", ""],
    ["[!a]", "a"],
    ["[!a]", "/"],
    ["a?b", "a/b"],
    ["\\*", "a"],
    ["A.ts", "a.ts"],
    ["*", ""],
    ["", "a"],
  ];
  for (const [pattern, path] of yes) assert.ok(matches(pattern, path), `${pattern} matches ${path}`);
  for (const [pattern, path] of no) assert.not.ok(matches(pattern, path), `${pattern} does not match ${path}`);
});

const name = fc
  .string({ unit: fc.constantFrom("a", "b", ".", "-", "1"), minLength: 1, maxLength: 5 })
  .filter((s) => !/\.$/.test(s));
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
const atom = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("a", "b", ".", "-", "1") },
  { weight: 2, arbitrary: fc.constant("*") },
  fc.constant("?"),
  fc.constantFrom("[ab]", "[!a]", "[^b]", "[a-c]", "{a,b}", "{a*,b?}", "{ab,1}"),
);
const segment = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join("").replace(/\*{2,}/g, "*")),
  },
  fc.constant("**"),
);
const glob = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"))
  // "." and ".." as a segment mean folders to picomatch.
  .filter((pattern) => !/(?:^|\/)\.{1,2}(?:\/|$)|^\.+|\/\./.test(pattern));

test("agrees with picomatch", () => {
  fc.assert(
    fc.property(glob, path, (pattern, candidate) => {
      // To picomatch "a/**" includes "a" but "*/**" does not include what "*" matches; here both do.
      const oracle = picomatch([pattern, pattern.replace(/(?:\/\*\*)+$/, "")], {
        dot: true,
        nonegate: true,
        noextglob: true,
        posix: true,
      });
      assert.is(matches(pattern, candidate), oracle(candidate), `${pattern} on ${candidate}`);
    }),
    { numRuns: 5_000 },
  );
});

test("hostile patterns end, or are refused by name", () => {
  const long = "a".repeat(4_000);
  for (const pattern of [
    "*a".repeat(400),
    "**/".repeat(300),
    "[".repeat(900),
    "{".repeat(900),
    `${"a*".repeat(300)}b`,
  ]) {
    matches(pattern, long);
    matches(pattern, "a/".repeat(2_000));
  }
  for (const pattern of ["a".repeat(1_001), "{a,b}".repeat(7), "{a,{b,{c,d}}}".repeat(4)]) {
    try {
      globMatcher(pattern, "filter.path_globs");
      assert.unreachable();
    } catch (fault) {
      assert.instance(fault, Fault);
      assert.equal([(fault as Fault).code, (fault as Fault).field], ["invalid", "filter.path_globs"]);
    }
  }
  assert.ok(matches("{a,b}".repeat(6), "ababab"));
});

test("never throws anything but its refusal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (pattern, candidate) => {
      assert.type(matches(pattern, candidate), "boolean");
    }),
  );
});

test.run();
