import type { NodeKind } from "./node.ts";

/**
 * The ids that callers see: `source:<source>`, `file:<source>/<path>`, `symbol:<source>/<path>#<qualified name>`,
 * `section:…` alike, `subsystem:<source>/<name>`; and what spans sources: `owner:<name>`, `package:<ecosystem>/<name>`,
 * `message:<name>`, `rpc:<name>`. Stores keep one id a source, `<source>:<kind>:<rest>`; `#`, `~`, `%`, spaces and
 * control characters inside paths and names are percent-encoded here.
 */
const spanning: ReadonlySet<string> = new Set<NodeKind>(["owner", "package", "message", "rpc"]);
const scoped: ReadonlySet<string> = new Set<NodeKind>(["file", "symbol", "section", "subsystem"]);

const odd = /[#~%\s\p{Cc}]/u;
const allOdd = /[#~%\s\p{Cc}]/gu;

function encoded(text: string): string {
  return odd.test(text) ? text.replace(allOdd, (mark) => encodeURIComponent(mark).replace("~", "%7E")) : text;
}

/** @returns undefined where a percent sign begins no byte. */
function decoded(text: string): string | undefined {
  try {
    return text.includes("%") ? decodeURIComponent(text) : text;
  } catch {
    return undefined;
  }
}

/** `<path>#<qualified name>[~<n>]`: the first `#` parts, a number at the end counts overloads. */
function encodedRest(kind: string, rest: string): string {
  if (!odd.test(rest)) return rest;
  const hash =
    kind === "file" || kind === "subsystem" || kind === "owner" || kind === "package" ? -1 : rest.indexOf("#");
  if (hash < 0) return encoded(rest);
  const [, name = "", count = ""] = /^(.*?)(~(?:[2-9]|[1-9]\d+))?$/s.exec(rest.slice(hash + 1)) ?? [];
  return `${encoded(rest.slice(0, hash))}#${encoded(name)}${count}`;
}

/** The caller's id of a node of a store. */
export function toWireId(stored: string): string {
  const [source, kind, rest] = parted(stored);
  if (kind === "source") return `source:${source}`;
  return spanning.has(kind) ? `${kind}:${encodedRest(kind, rest)}` : `${kind}:${source}/${encodedRest(kind, rest)}`;
}

/** `<source>:<kind>:<rest>` in its parts. */
export function parted(stored: string): readonly [source: string, kind: string, rest: string] {
  const first = stored.indexOf(":");
  const second = stored.indexOf(":", first + 1);
  return [stored.slice(0, first), stored.slice(first + 1, second), stored.slice(second + 1)];
}

export function spansSources(wireId: string): boolean {
  return spanning.has(wireId.slice(0, Math.max(0, wireId.indexOf(":"))));
}

/** The ids under which the stores of these sources would keep a node; none for what is no id, or of another source. */
export function fromWireId(wireId: string, sources: readonly string[]): readonly string[] {
  const colon = wireId.indexOf(":");
  const kind = wireId.slice(0, Math.max(0, colon));
  const rest = wireId.slice(colon + 1);
  if (kind === "source") return sources.includes(rest) ? [`${rest}:source:${rest}`] : [];
  if (spanning.has(kind)) {
    const name = decoded(rest);
    return name === undefined ? [] : sources.map((source) => `${source}:${kind}:${name}`);
  }
  const slash = rest.indexOf("/");
  const source = rest.slice(0, Math.max(0, slash));
  const name = decoded(rest.slice(slash + 1));
  return scoped.has(kind) && name !== undefined && sources.includes(source) ? [`${source}:${kind}:${name}`] : [];
}
