// AssemblyScript. Built by infra/dev/build-kernel.mjs into scan-bytes.ts; a test builds it again and compares.
//
// A code from -128 to 127 is kept as two nibbles, 16 * high + low, in two planes: reading the first plane alone takes
// half the memory's time, and tells a score up to a known error. In both, 16 bytes hold 32 dimensions: 16-bit lane i
// holds dimensions i, 8 + i, 16 + i and 24 + i, the first in its lowest bits. So shifts take them out in the query's
// order. `dimensions` is a multiple of 32; sums are 256 times code * query, and the caller keeps them below 2^31.

/**
 * The most that rows can score, by their high nibbles: out[row] = scale * (256 * sum((16 * high + 7.5) * query))
 * + reach * lost, where `middle` is the 7.5's part of the sum; minus infinity where the mask is 0.
 */
export function most(
  high: usize,
  scales: usize,
  lost: usize,
  mask: usize,
  rows: i32,
  dimensions: i32,
  query: usize,
  middle: i32,
  reach: f32,
  out: usize,
): void {
  const top = i16x8.splat(<i16>0xf000);
  const size = <usize>(dimensions >> 1);
  for (let row: i32 = 0; row < rows; row++) {
    const place = (<usize>row) << 2;
    if (load<u8>(mask + row) == 0) {
      store<f32>(out + place, -Infinity);
      high += size;
      continue;
    }
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let at = query;
    const end = high + size;
    for (; high < end; high += 16) {
      const x = v128.load(high);
      a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.shl(x, 12), v128.load(at)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.and(i16x8.shl(x, 8), top), v128.load(at, 16)));
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.and(i16x8.shl(x, 4), top), v128.load(at, 32)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.and(x, top), v128.load(at, 48)));
      at += 64;
    }
    const sum = <f32>(total(i32x4.add(a, b)) + middle);
    store<f32>(out + place, sum * load<f32>(scales + place) + reach * load<f32>(lost + place));
  }
}

/** What single rows score: out[n] = scale * 256 * sum(code * query) of row list[n] - base. */
export function score(
  high: usize,
  low: usize,
  scales: usize,
  list: usize,
  count: i32,
  base: i32,
  dimensions: i32,
  query: usize,
  out: usize,
): void {
  const top = i16x8.splat(<i16>0xf000);
  const second = i16x8.splat(0x0f00);
  const size = <usize>(dimensions >> 1);
  for (let n: usize = 0; n < <usize>count; n++) {
    const row = <usize>(load<i32>(list + (n << 2)) - base);
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    for (let from: usize = 0; from < size; from += 16) {
      const x = v128.load(high + row * size + from);
      const y = v128.load(low + row * size + from);
      const at = query + (from << 2);
      const first = v128.or(i16x8.shl(x, 12), v128.and(i16x8.shl(y, 8), second));
      const next = v128.or(v128.and(i16x8.shl(x, 8), top), v128.and(i16x8.shl(y, 4), second));
      const third = v128.or(v128.and(i16x8.shl(x, 4), top), v128.and(y, second));
      const last = v128.or(v128.and(x, top), v128.and(i16x8.shr_u(y, 4), second));
      a = i32x4.add(a, i32x4.dot_i16x8_s(first, v128.load(at)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(next, v128.load(at, 16)));
      a = i32x4.add(a, i32x4.dot_i16x8_s(third, v128.load(at, 32)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(last, v128.load(at, 48)));
    }
    store<f32>(out + (n << 2), <f32>total(i32x4.add(a, b)) * load<f32>(scales + (row << 2)));
  }
}

// @ts-ignore: AssemblyScript's own decorator
@inline
function total(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}
