// AssemblyScript. Built by infra/dev/build-kernel.mjs into scan-bytes.ts; a test builds it again and compares.

/**
 * Scores rows of int8 codes against an int16 query: out[row] = scale[row] * sum(code * query), or minus infinity
 * where the mask is 0. `dimensions` is a multiple of 16; the caller keeps the sum below 2^31.
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
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    let at = query;
    const end = codes + dimensions;
    for (; codes < end; codes += 16) {
      const code = v128.load(codes);
      low = i32x4.add(low, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(code), v128.load(at)));
      high = i32x4.add(high, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(code), v128.load(at, 16)));
      at += 32;
    }
    const sums = i32x4.add(low, high);
    const sum =
      i32x4.extract_lane(sums, 0) +
      i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) +
      i32x4.extract_lane(sums, 3);
    store<f32>(out + ((<usize>row) << 2), <f32>sum * load<f32>(scales + ((<usize>row) << 2)));
  }
}
