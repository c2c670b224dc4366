/** The value below which a share `p` (0 to 1) of the sorted or unsorted sample lies. */
export function percentile(sample: readonly number[], p: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

export const median = (sample: readonly number[]) => percentile(sample, 0.5);

export function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
