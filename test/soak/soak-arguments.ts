export type SoakArguments =
  | { readonly minutes: number; readonly seed: number; readonly out: string | undefined }
  | { readonly help: true }
  | { readonly problem: string };

export const usage = `npm run soak [-- --minutes N --seed N --out FILE.html]
  --minutes  how long the load lasts, 0.5 to 720 (default 15)
  --seed     of the callers' dice (default: the time)
  --out      where the chart goes (default .cache/soak/soak.html); the samples go beside it as JSON`;

export function parseSoak(args: readonly string[], now: number): SoakArguments {
  let minutes = 15;
  let seed = now % 1_000_000;
  let out: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--help" || word === "-h") return { help: true };
    const value = args[++at] ?? "";
    if (word === "--minutes") minutes = Number(value);
    else if (word === "--seed") seed = Number(value);
    else if (word === "--out" && value !== "") out = value;
    else return { problem: `'${word}' is not known, or lacks its value` };
  }
  if (!(minutes >= 0.5 && minutes <= 720)) return { problem: "--minutes wants 0.5 to 720" };
  if (!Number.isSafeInteger(seed) || seed < 0) return { problem: "--seed wants a whole number" };
  return { minutes, seed, out };
}
