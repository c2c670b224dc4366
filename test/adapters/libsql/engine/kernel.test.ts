import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { joinCodes, splitCodes } from "../../../../src/adapters/libsql/engine/code-planes.ts";
import { Arena } from "../../../../src/adapters/libsql/engine/kernel/arena.ts";
import { scanBytes } from "../../../../src/adapters/libsql/engine/kernel/scan-bytes.ts";
import { kernelMemory, scanKernel } from "../../../../src/adapters/libsql/engine/kernel/scan-kernel.ts";
import { type VectorBlock, VectorMemory } from "../../../../src/adapters/libsql/engine/vector-memory.ts";
import { cosine } from "../../../../src/domain/vector/mod.ts";
import { projectFile } from "../../../../src/runtime/mod.ts";
import { drawFrom } from "./sample-rows.ts";

const test = suite("vector scan kernel");

function placed(memory: VectorMemory, codes: Int8Array, scales: Float32Array): VectorBlock {
  const steps = memory.place(codes, scales);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

test("is what its source compiles to", async () => {
  const { buildKernel } = await import(`file://${projectFile("infra/dev/build-kernel.mjs")}`);
  const built: string = await buildKernel();
  const base64 = [...built.matchAll(/^ {2}"(.*)",$/gm)].map(([, line]) => line).join("");
  assert.is(base64, scanBytes, "run: node infra/dev/build-kernel.mjs");
});

test("computes what a plain loop computes, and minus infinity outside the mask", async () => {
  const memory = kernelMemory();
  const arena = new Arena(memory);
  const kernel = scanKernel(memory);
  await fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 12 }), (seed, rows, blocks) => {
      const draw = drawFrom(seed);
      const dimensions = blocks * 32;
      const taken: number[] = [];
      const take = (bytes: number) => {
        const at = arena.take(bytes);
        taken.push(at);
        return at;
      };
      const [highAt, lowAt] = [take((rows * dimensions) / 2), take((rows * dimensions) / 2)];
      const [scalesAt, lostAt, maskAt, outAt, listAt] = [rows * 4, rows * 4, rows, rows * 4, rows * 4].map(take) as [
        number,
        number,
        number,
        number,
        number,
      ];
      const queryAt = take(dimensions * 2);
      const codes = Int8Array.from({ length: rows * dimensions }, () => draw(256) - 128);
      const high = new Uint16Array(memory.buffer, highAt, (rows * dimensions) / 4);
      const low = new Uint16Array(memory.buffer, lowAt, (rows * dimensions) / 4);
      const scales = new Float32Array(memory.buffer, scalesAt, rows);
      const lost = new Float32Array(memory.buffer, lostAt, rows);
      const mask = new Uint8Array(memory.buffer, maskAt, rows);
      const list = new Uint32Array(memory.buffer, listAt, rows);
      const query = new Int16Array(memory.buffer, queryAt, dimensions);
      const back = new Int8Array(dimensions);
      for (let row = 0; row < rows; row++) {
        splitCodes(codes, row * dimensions, dimensions, high, low, (row * dimensions) / 4);
        joinCodes(high, low, (row * dimensions) / 4, back);
        assert.equal(back, codes.slice(row * dimensions, (row + 1) * dimensions));
        scales[row] = draw(1_000) / 1_000;
        lost[row] = draw(1_000) / 1_000;
        mask[row] = draw(2);
        list[row] = 7 + rows - 1 - row;
      }
      const most = Math.min(32_767, Math.floor((2 ** 31 - 1) / (256 * 128 * dimensions)));
      for (let at = 0; at < dimensions; at++) query[at] = draw(4) === 0 ? most : draw(2 * most + 1) - most;
      const middle = query.reduce((sum, component) => sum + component, 0) * 7.5 * 256;
      const out = new Float32Array(memory.buffer, outAt, rows);
      const sum = (row: number, of: (code: number) => number) =>
        query.reduce((all, value, at) => all + 256 * of(codes[row * dimensions + at]!) * value, 0);
      kernel.most(highAt, scalesAt, lostAt, maskAt, rows, dimensions, queryAt, middle, 3, outAt);
      for (let row = 0; row < rows; row++) {
        const rough = Math.fround(Math.fround(sum(row, (code) => (code >> 4) * 16 + 7.5)) * scales[row]!);
        const expected = mask[row] === 0 ? Number.NEGATIVE_INFINITY : Math.fround(rough + Math.fround(3 * lost[row]!));
        assert.is(out[row]! + 0, expected + 0);
      }
      kernel.score(highAt, lowAt, scalesAt, listAt, rows, 7, dimensions, queryAt, outAt);
      for (let row = 0; row < rows; row++)
        assert.is(out[rows - 1 - row]! + 0, Math.fround(Math.fround(sum(row, (code) => code)) * scales[row]!) + 0);
      for (const at of taken) arena.give(at);
      assert.is(arena.used, 0);
    }),
  );
});

function findsWhatALoopFinds(seed: number, rows: number, dimensions: number, wanted: number): void {
  const draw = drawFrom(seed);
  const memory = new VectorMemory(dimensions);
  const spread = 1 + draw(127);
  const codes = Int8Array.from({ length: rows * dimensions }, () => draw(2 * spread + 1) - spread);
  const scales = Float32Array.from({ length: rows }, () => (1 + draw(20)) / 1_000);
  const query = Float32Array.from({ length: dimensions }, () => (draw(2_001) - 1_000) / 1_000);
  query[0] = 1;
  // Two segments, so that slots and rows differ.
  const cut = draw(rows + 1);
  const segments = [
    { base: 0, vectors: placed(memory, codes.slice(0, cut * dimensions), scales.slice(0, cut)) },
    { base: cut, vectors: placed(memory, codes.slice(cut * dimensions), scales.slice(cut)) },
  ];
  memory.reserve(rows);
  const mask = Uint8Array.from({ length: rows }, () => Math.min(1, draw(4)));
  const found = memory.nearest(query, mask, segments, wanted, (a, b) => a < b);
  const expected = Array.from({ length: rows }, (_, slot) => ({
    slot,
    score: cosine(query, codes, scales[slot]!, slot * dimensions),
  }))
    .filter(({ slot }) => mask[slot] === 1)
    .sort((a, b) => b.score - a.score || a.slot - b.slot);
  assert.equal(found, expected.slice(0, wanted));
}

test("finds what a plain loop finds, whatever the codes, the mask and the number wanted", async () => {
  const upTo = (max: number) => fc.integer({ min: 1, max });
  await fc.assert(fc.property(fc.nat(), upTo(300), upTo(100), upTo(60), findsWhatALoopFinds));
});

test("ranks by the exact scores where rounding the query brings rows out of order", () => {
  const draw = drawFrom(8);
  const [dimensions, rows, wanted] = [40, 500, 7];
  const memory = new VectorMemory(dimensions);
  for (let round = 0; round < 20; round++) {
    // Rounded to 16 bits, all components but the first are off by up to half a step of 1/32,767.
    const query = Float32Array.from({ length: dimensions }, (_, at) => (at === 0 ? 1 : draw(100) / 2e6));
    const codes = Int8Array.from({ length: rows * dimensions }, (_, at) =>
      at % dimensions === 0 ? 100 : draw(255) - 127,
    );
    const scales = new Float32Array(rows).fill(1 / 128);
    const vectors = placed(memory, codes, scales);
    memory.reserve(rows);
    const mask = new Uint8Array(rows).fill(1);
    const found = memory.nearest(query, mask, [{ base: 0, vectors }], wanted, (a, b) => a < b);
    const expected = Array.from({ length: rows }, (_, slot) => ({
      slot,
      score: cosine(query, codes, 1 / 128, slot * dimensions),
    })).sort((a, b) => b.score - a.score || a.slot - b.slot);
    assert.equal(found, expected.slice(0, wanted));
    memory.free(vectors);
  }
});

test("hands out memory without overlap and takes it all back", async () => {
  await fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 200_000 }), { maxLength: 60 }), (steps) => {
      const arena = new Arena(kernelMemory());
      const taken: { at: number; size: number }[] = [];
      for (const step of steps) {
        if (step <= 0) {
          const [gone] = taken.splice(Math.abs(step) % (taken.length || 1), 1);
          if (gone !== undefined) arena.give(gone.at);
          continue;
        }
        const at = arena.take(step);
        assert.is(at % 16, 0);
        assert.ok(at > 0 && at + step <= arena.memory.buffer.byteLength);
        assert.ok(taken.every((other) => at + step <= other.at || other.at + other.size <= at));
        taken.push({ at, size: step });
      }
      for (const { at } of taken) arena.give(at);
      assert.is(arena.used, 0);
      const whole = arena.memory.buffer.byteLength - 16;
      assert.is(arena.take(whole), 16);
    }),
  );
});

test.run();
