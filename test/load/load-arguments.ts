export type LoadArguments =
  | { readonly seconds: number; readonly roundSeconds: number; readonly tree: "large" | "small" }
  | { readonly help: true }
  | { readonly problem: string };

export const usage = `npm run load [-- --seconds N --round-seconds N --tree NAME]
  --seconds        how long the 500 callers call, 5 to 3600 (default 300)
  --round-seconds  one round of the attacker experiment, of which there are ten, 3 to 120; 0 leaves it out (default 15)
  --tree           large: 105,199 chunks; small: to see that the command works (default large)`;

export function parseLoad(args: readonly string[]): LoadArguments {
  let seconds = 300;
  let roundSeconds = 15;
  let tree: string = "large";
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--help" || word === "-h") return { help: true };
    const value = args[++at] ?? "";
    if (word === "--seconds") seconds = Number(value);
    else if (word === "--round-seconds") roundSeconds = Number(value);
    else if (word === "--tree") tree = value;
    else return { problem: `'${word}' is not known` };
  }
  if (!(Number.isInteger(seconds) && seconds >= 5 && seconds <= 3_600)) return { problem: "--seconds wants 5 to 3600" };
  if (!(Number.isInteger(roundSeconds) && (roundSeconds === 0 || (roundSeconds >= 3 && roundSeconds <= 120)))) {
    return { problem: "--round-seconds wants 0, or 3 to 120" };
  }
  if (tree !== "large" && tree !== "small") return { problem: "--tree wants large or small" };
  return { seconds, roundSeconds, tree };
}
