/** Targets of one name in a map: the first that fits counts. */
type Target = string | readonly unknown[] | Readonly<Record<string, unknown>> | null;

const parsed = new Map<string, Readonly<Record<string, unknown>>>();

/** JSON of a setting, as an object; texts are few and asked about often. */
export function jsonObject(json: string): Readonly<Record<string, unknown>> {
  const known = parsed.get(json);
  if (known !== undefined) return known;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // What is no JSON maps nothing.
  }
  const object = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  if (parsed.size > 100) parsed.clear();
  parsed.set(json, object);
  return object;
}

/** Which conditions of `exports` and `imports` are followed: sources and types before what is built from them. */
const conditions = ["source", "types", "import", "module", "node", "require", "default"];

/**
 * Paths that a name leads to by a map of names: whole names, one star, or a closing slash; the longest beginning wins.
 */
export function mappedPaths(map: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  let best: { readonly length: number; readonly target: unknown; readonly rest: string } | undefined;
  for (const [pattern, target] of Object.entries(map)) {
    const star = pattern.indexOf("*");
    const open = star >= 0 ? pattern.slice(0, star) : pattern;
    const close = star >= 0 ? pattern.slice(star + 1) : "";
    const prefix = star < 0 && pattern.endsWith("/");
    const fits =
      star >= 0
        ? name.length >= open.length + close.length && name.startsWith(open) && name.endsWith(close)
        : prefix
          ? name.startsWith(open)
          : name === pattern;
    if (!fits || (best !== undefined && best.length >= open.length)) continue;
    best = { length: open.length, target, rest: name.slice(open.length, name.length - close.length) };
  }
  if (best === undefined) return [];
  const { rest } = best;
  return pathsOf(best.target as Target).map((path) => (path.endsWith("/") ? path + rest : path.replace("*", rest)));
}

function pathsOf(target: Target, depth = 0): string[] {
  if (typeof target === "string") return [target];
  if (target === null || typeof target !== "object" || depth > 5) return [];
  if (Array.isArray(target)) return target.flatMap((one) => pathsOf(one as Target, depth + 1));
  const record = target as Readonly<Record<string, unknown>>;
  return conditions.flatMap((condition) =>
    record[condition] === undefined ? [] : pathsOf(record[condition] as Target, depth + 1),
  );
}
