import { Buffer } from "node:buffer";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LastIndex } from "../../../src/adapters/git/last-index.ts";
import { parseIndex } from "../../../src/adapters/git/parse-git.ts";

const test = suite("Git's index, read again");

interface Line {
  readonly path: string;
  readonly blob: string;
  /** Stages 1 to 3 are a conflict's, which gives a path several lines. */
  readonly stages: readonly number[];
}

const line = fc.record({
  path: fc.constantFrom("a", "a b/ü.ts", "b", "b/c", "\u{1f600}", "src/one.ts", "src/two.ts", "z\nz", "\ufffd"),
  blob: fc.constantFrom("0".repeat(40), "1".repeat(40), `${"0".repeat(39)}1`),
  stages: fc.oneof({ weight: 9, arbitrary: fc.constant([0]) }, { weight: 1, arbitrary: fc.constant([1, 2, 3]) }),
});
const lines = fc.uniqueArray(line, { selector: ({ path }) => path });

function output(all: readonly Line[]): Buffer {
  const text = all.flatMap(({ path, blob, stages }) => stages.map((stage) => `H 100644 ${blob} ${stage}\t${path}\0`));
  // A name that is no UTF-8.
  const bytes = Buffer.from(text.join(""));
  for (let at = bytes.indexOf("\ufffd"); at >= 0; at = bytes.indexOf("\ufffd", at)) bytes.fill(0xe9, at, at + 3);
  return bytes;
}

test("whatever it held before, it is read as if for the first time", () => {
  fc.assert(
    fc.property(fc.array(lines, { minLength: 2, maxLength: 6 }), (steps) => {
      const last = new LastIndex();
      for (const step of steps) assert.equal(last.parse(output(step)), parseIndex(output(step)));
    }),
    { numRuns: 500 },
  );
});

test("what stays keeps its entries, before and after what changed, was added or removed", () => {
  const path = (n: number) => `part-${String(n).padStart(5, "0")}.ts`;
  const made = (n: number, blob = "2".repeat(40)): Line => ({ path: path(n), blob, stages: [0] });
  const all = Array.from({ length: 5_000 }, (_, n) => made(n * 2));
  const last = new LastIndex();
  for (const at of [0, 1, 2_500, 4_999]) {
    const changed = [
      all.with(at, made(at * 2, "3".repeat(40))),
      all.toSpliced(at, 0, made(at * 2 - 1)),
      all.toSpliced(at, 1),
      all.with(at, { ...made(at * 2), stages: [1, 2] }),
    ];
    for (const [n, after] of changed.entries()) {
      const before = new Set(last.parse(output(all)));
      const entries = last.parse(output(after));
      assert.equal(entries, parseIndex(output(after)));
      const kept = entries.filter((entry) => before.has(entry)).length;
      if (n < 3) assert.ok(kept >= all.length - 3, `${kept} kept of change ${n} at ${at}`);
    }
  }
});

test.run();
