import { invalid } from "./fault.ts";

/**
 * A page size as the contract has it: 0 is the default, larger than the cap is coerced.
 * @throws Fault invalid when negative.
 */
export function pageSize(asked: number, fallback: number, cap: number): number {
  if (asked < 0) throw invalid("page_size", "must not be negative; leave it 0 for the default");
  return asked === 0 ? fallback : Math.min(asked, cap);
}
