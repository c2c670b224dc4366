import { isAbsolute, resolve } from "node:path";
import { type Parsed, type Parser, parser, quoted } from "./parser.ts";

export function integer(min: number, max: number): Parser<number> {
  return parser(`a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** Words that mean yes and no; `1` and `yes` are refused, so that one spelling is found in every file. */
export const toggle: Parser<boolean> = parser("on, off, true or false", (text) => {
  const word = text.toLowerCase();
  if (word === "on" || word === "true") return true;
  if (word === "off" || word === "false") return false;
  return undefined;
});

export function oneOf<const T extends string>(...words: readonly T[]): Parser<T> {
  const last = words.at(-1);
  const accepts = words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${last}` : `${last}`;
  return parser(accepts, (text) => words.find((word) => word === text.toLowerCase()));
}

/** Absolute, or relative to the working directory; resolved by the section that knows that directory. */
export const path: Parser<string> = parser("a path", (text) => (text.includes("\0") ? undefined : text));

export function absolute(text: string, cwd: string): string {
  return isAbsolute(text) ? text : resolve(cwd, text);
}

/** One glob over a whole path; no braces, since commas part the globs of a list. */
export const glob: Parser<string> = parser("a glob such as **/*.vault, without braces", (text) =>
  text !== "" && text.length <= 256 && !/[{}\0]/.test(text) ? text : undefined,
);

/** Parts separated by commas, each read by `item`; the first that is refused names itself. */
export function list<T>(item: Parser<T>): Parser<readonly T[]> {
  return {
    accepts: `${item.accepts}, several separated by commas`,
    secret: item.secret,
    parse(text): Parsed<readonly T[]> {
      const values: T[] = [];
      for (const part of text.split(",")) {
        const parsed = item.parse(part.trim());
        if ("problem" in parsed) return parsed;
        values.push(parsed.value);
      }
      return { value: values };
    },
  };
}

const units = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** Milliseconds. A bare number is seconds, as the environment of most servers has it. */
export function duration(min: string, max: string): Parser<number> {
  const read = (text: string): number | undefined => {
    const [, amount, unit] = /^(\d{1,12})\s?(ms|s|m|h|d)?$/i.exec(text) ?? [];
    if (amount === undefined) return undefined;
    return Number(amount) * (units.get((unit ?? "s").toLowerCase()) ?? 1_000);
  };
  const lowest = read(min) ?? 0;
  const highest = read(max) ?? 0;
  return parser(`a duration from ${min} to ${max}, such as 500ms, 20s, 10m, 1h`, (text) => {
    const ms = read(text);
    return ms !== undefined && ms >= lowest && ms <= highest ? ms : undefined;
  });
}

/** Bytes. */
export function byteSize(min: number, max: number): Parser<number> {
  const scale = new Map([
    ["", 1],
    ["kib", 1_024],
    ["mib", 1_048_576],
    ["gib", 1_073_741_824],
  ]);
  return parser(`a size from ${min} to ${max} bytes, such as 65536, 512KiB, 1MiB`, (text) => {
    const [, amount, unit] = /^(\d{1,12})\s?(kib|mib|gib)?$/i.exec(text) ?? [];
    if (amount === undefined) return undefined;
    const bytes = Number(amount) * (scale.get((unit ?? "").toLowerCase()) ?? 1);
    return bytes >= min && bytes <= max ? bytes : undefined;
  });
}

/** A source and where it lies: `name=path`. */
export const namedPath: Parser<{ readonly name: string; readonly path: string }> = {
  accepts: "name=path with a name of a-z, 0-9, '.', '_' and '-'",
  secret: false,
  parse(text) {
    const cut = text.indexOf("=");
    if (cut < 0) return { problem: `${quoted(text)} has no '='` };
    const name = text.slice(0, cut).trim();
    const where = text.slice(cut + 1).trim();
    if (!/^[a-z0-9._-]+$/.test(name) || /^\.+$/.test(name)) return { problem: `${quoted(name)} is not a source name` };
    if (where === "" || where.includes("\0")) return { problem: `source '${name}' has no path` };
    return { value: { name, path: where } };
  },
};
