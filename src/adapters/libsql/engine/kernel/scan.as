// AssemblyScript. Built by infra/dev/build-kernel.mjs into scan-bytes.ts; a test builds it again and compares.

/**
 * Scores rows of int8 codes against an int16 query: out[row] = scale[row] * sum(code * query), or minus infinity
 * where the mask is 0. `dimensions` is a multiple of 32; the caller keeps the sum below 2^31.
 */
export function scan(
  codes: usize,
  scales: usize,
  mask: usize,
  rows: i32,
  dimensions: i32,
  query: usize,
  out: usize,
): void {
  for (let row: i32 = 0; row < rows; row++) {
    if (load<u8>(mask + row) == 0) {
      store<f32>(out + ((<usize>row) << 2), -Infinity);
      codes += dimensions;
      continue;
    }
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    let at = query;
    const end = codes + dimensions;
    for (; codes < end; codes += 32) {
      const first = v128.load(codes);
      const second = v128.load(codes, 16);
      a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(first), v128.load(at)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(first), v128.load(at, 16)));
      c = i32x4.add(c, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(second), v128.load(at, 32)));
      d = i32x4.add(d, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(second), v128.load(at, 48)));
      at += 64;
    }
    const sums = i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
    const sum =
      i32x4.extract_lane(sums, 0) +
      i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) +
      i32x4.extract_lane(sums, 3);
    store<f32>(out + ((<usize>row) << 2), <f32>sum * load<f32>(scales + ((<usize>row) << 2)));
  }
}
