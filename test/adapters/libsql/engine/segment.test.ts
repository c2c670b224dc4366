import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeSegment, mergeSegments, openEngine, SegmentError } from "../../../../src/adapters/libsql/engine/mod.ts";
import { loadSegment, sampleRows } from "./sample-rows.ts";

const test = suite("segments");
const dimensions = 7;
const docs = (seed: number, count: number) => sampleRows(seed, count, dimensions).map(({ doc }) => doc);

test("are the same bytes for the same rows, however they were put together", async () => {
  await fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (seed, count, cut) => {
      const all = docs(seed, count);
      const parts = [all.slice(0, cut), all.slice(cut)].map((part) => encodeSegment(part, dimensions));
      assert.equal(mergeSegments(parts.map((bytes) => ({ bytes, keep: () => true }))), encodeSegment(all, dimensions));
    }),
    { numRuns: 50 },
  );
});

test("lose in a merge exactly the rows that are not kept", async () => {
  await fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 60 }), (seed, count) => {
      const all = docs(seed, count);
      const keep = (rowId: number) => rowId % 3 !== 0;
      const merged = mergeSegments([{ bytes: encodeSegment(all, dimensions), keep }]);
      assert.equal(
        merged,
        encodeSegment(
          all.filter(({ rowId }) => keep(rowId)),
          dimensions,
        ),
      );
    }),
    { numRuns: 50 },
  );
});

test("are refused when a byte was changed, cut off, or belongs to something else", () => {
  const bytes = encodeSegment(docs(4, 30), dimensions);
  const load = (damaged: Uint8Array) => () => loadSegment(openEngine({ dimensions }), 1, damaged, () => undefined);
  const refusal = (error: unknown) => error instanceof SegmentError;
  for (let at = 0; at < bytes.length; at += 13) {
    const damaged = bytes.slice();
    damaged[at] = damaged[at]! ^ 0x10;
    assert.throws(load(damaged), refusal, `byte ${at}`);
  }
  for (const length of [0, 5, 8, 64, bytes.length - 8, bytes.length - 1]) {
    assert.throws(load(bytes.slice(0, length)), refusal, `length ${length}`);
  }
  assert.throws(load(new Uint8Array(256)), refusal);
  assert.throws(() => loadSegment(openEngine({ dimensions: 9 }), 1, bytes, () => undefined), /dimensions/);
  assert.throws(() => encodeSegment(docs(1, 2), 8), /dimensions/);
});

test("load from a buffer at any offset", () => {
  const bytes = encodeSegment(docs(4, 30), dimensions);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const engine = openEngine({ dimensions });
  loadSegment(engine, 1, shifted.subarray(3), () => undefined);
  assert.is(engine.memory().rows, 30);
});

test.run();
