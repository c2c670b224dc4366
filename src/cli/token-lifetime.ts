import { InvalidArgumentError } from "commander";

const units = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
/** Ten years: a longer one is a mistake, or "never". */
const longest = 3_650 * 86_400_000;

/** For how long a token opens: 30m, 12h, 90d, or "never"; milliseconds, undefined for never. */
export function lifetime(text: string): number | undefined {
  if (text === "never") return undefined;
  const ms = span(text);
  if (ms === 0) throw new InvalidArgumentError("Longer than nothing is wanted.");
  return ms;
}

/** A span of time, 0 included. */
export function span(text: string): number {
  const [, amount, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ms = Number(amount) * (units.get(unit) ?? Number.NaN);
  if (!(ms >= 0 && ms <= longest)) throw new InvalidArgumentError("A time such as 30m, 12h or 90d is wanted.");
  return ms;
}
