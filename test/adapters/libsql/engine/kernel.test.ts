import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Arena } from "../../../../src/adapters/libsql/engine/kernel/arena.ts";
import { scanBytes } from "../../../../src/adapters/libsql/engine/kernel/scan-bytes.ts";
import { kernelMemory, scanKernel } from "../../../../src/adapters/libsql/engine/kernel/scan-kernel.ts";
import { type VectorBlock, VectorMemory } from "../../../../src/adapters/libsql/engine/vector-memory.ts";
import { cosine } from "../../../../src/domain/vector/mod.ts";
import { projectFile, spawnWorker } from "../../../../src/runtime/mod.ts";
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
  const scan = scanKernel(memory);
  await fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 12 }), (seed, rows, blocks) => {
      const draw = drawFrom(seed);
      const dimensions = blocks * 32;
      const sizes = [rows * dimensions, rows * 4, rows, dimensions * 2, rows * 4];
      const [codesAt, scalesAt, maskAt, queryAt, outAt] = sizes.map((size) => arena.take(size)) as [
        number,
        number,
        number,
        number,
        number,
      ];
      const codes = new Int8Array(memory.buffer, codesAt, rows * dimensions).map(() => draw(255) - 127);
      new Int8Array(memory.buffer, codesAt, codes.length).set(codes);
      const scales = new Float32Array(memory.buffer, scalesAt, rows);
      const mask = new Uint8Array(memory.buffer, maskAt, rows);
      const query = new Int16Array(memory.buffer, queryAt, dimensions);
      for (let row = 0; row < rows; row++) {
        scales[row] = draw(1_000) / 1_000;
        mask[row] = draw(2);
      }
      const most = Math.min(32_767, Math.floor((2 ** 31 - 1) / (127 * dimensions)));
      for (let at = 0; at < dimensions; at++) query[at] = draw(4) === 0 ? most : draw(2 * most) - most;
      scan(codesAt, scalesAt, maskAt, rows, dimensions, queryAt, outAt);
      const out = new Float32Array(memory.buffer, outAt, rows);
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let at = 0; at < dimensions; at++) sum += codes[row * dimensions + at]! * query[at]!;
        const expected = mask[row] === 0 ? Number.NEGATIVE_INFINITY : Math.fround(Math.fround(sum) * scales[row]!);
        assert.is(out[row]! + 0, expected + 0);
      }
      for (const at of [codesAt, scalesAt, maskAt, queryAt, outAt]) arena.give(at);
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
  memory.begin(query, mask, segments);
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
    const segments = [{ base: 0, vectors }];
    memory.begin(query, mask, segments);
    const found = memory.nearest(query, mask, segments, wanted, (a, b) => a < b);
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

test("another thread does what it comes to, and the same is found; it ends when told", async () => {
  const [rows, dimensions] = [40_000, 32];
  const draw = drawFrom(7);
  const memory = new VectorMemory(dimensions);
  const helper = spawnWorker(import.meta.url, "../../../../src/adapters/libsql/index/scan-worker", memory.share);
  const ended = new Promise((resolve) => helper.once("exit", resolve));
  const codes = Int8Array.from({ length: rows * dimensions }, () => draw(255) - 127);
  const vectors = placed(memory, codes, new Float32Array(rows).fill(1 / 128));
  const segments = [{ base: 0, vectors }];
  memory.reserve(rows);
  const mask = new Uint8Array(rows).fill(1);
  const look = async (helped: boolean) => {
    const query = Float32Array.from({ length: dimensions }, () => draw(2_001) - 1_000);
    memory.begin(query, mask, segments);
    while (helped && !memory.helped) await new Promise((resolve) => setImmediate(resolve));
    const found = memory.nearest(query, mask, segments, 5, (a, b) => a < b);
    const score = (slot: number) => cosine(query, codes, 1 / 128, slot * dimensions);
    const expected = Array.from({ length: rows }, (_, slot) => ({ slot, score: score(slot) }));
    assert.equal(found, expected.sort((a, b) => b.score - a.score || a.slot - b.slot).slice(0, 5));
  };
  for (let at = 0; at < 3; at++) await look(true);
  for (let at = 0; at < 20; at++) await look(false);
  memory.close();
  assert.is(await ended, 0);
  await look(false);
});

test.run();
