import type { NodeKind } from "./node.ts";

/**
 * The ids that callers see: `source:<source>`, `file:<source>/<path>`, `symbol:<source>/<path>#<qualified name>`,
 * `section:…` alike, `subsystem:<source>/<name>`; and what spans sources: `owner:<name>`, `package:<ecosystem>/<name>`,
 * `message:<name>`, `rpc:<name>`. Stores keep one id a source, `<source>:<kind>:<rest>`; `#`, `~`, `%`, spaces and
 * control characters inside paths and names are percent-encoded here.
 */
/** Kinds of nodes that several sources may tell of. */
export const spanningKinds: ReadonlySet<string> = new Set<NodeKind>(["owner", "package", "message", "rpc"]);
const scoped: ReadonlySet<string> = new Set<NodeKind>(["file", "symbol", "section", "subsystem"]);

const odd = /[#~%\s\p{Cc}]/gu;

const [hash, tilde, percent] = [0x23, 0x7e, 0x25];

/** Whether nothing of a text needs encoding, as is so of most ids; a loop is quicker than an expression over Unicode. */
function isPlain(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x20 || unit >= 0x7f || unit === hash || unit === tilde || unit === percent) return false;
  }
  return true;
}
function encoded(text: string): string {
  return isPlain(text, 0) ? text : text.replace(odd, (mark) => encodeURIComponent(mark).replace("~", "%7E"));
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
  if (isPlain(rest, 0)) return rest;
  const at = kind === "file" || kind === "subsystem" || kind === "owner" || kind === "package" ? -1 : rest.indexOf("#");
  if (at < 0) return encoded(rest);
  const path = encoded(rest.slice(0, at));
  if (isPlain(rest, at + 1)) return `${path}${rest.slice(at)}`;
  const [, name = "", count = ""] = /^(.*?)(~(?:[2-9]|[1-9]\d+))?$/s.exec(rest.slice(at + 1)) ?? [];
  return `${path}#${encoded(name)}${count}`;
}

/** The caller's id of a node of a store. */
export function toWireId(stored: string): string {
  const [source, kind, rest] = parted(stored);
  if (kind === "source") return `source:${source}`;
  return spanningKinds.has(kind)
    ? `${kind}:${encodedRest(kind, rest)}`
    : `${kind}:${source}/${encodedRest(kind, rest)}`;
}

/** `<source>:<kind>:<rest>` in its parts. */
export function parted(stored: string): readonly [source: string, kind: string, rest: string] {
  const first = stored.indexOf(":");
  const second = stored.indexOf(":", first + 1);
  return [stored.slice(0, first), stored.slice(first + 1, second), stored.slice(second + 1)];
}

export function spansSources(wireId: string): boolean {
  return spanningKinds.has(wireId.slice(0, Math.max(0, wireId.indexOf(":"))));
}

/** The ids under which the stores of these sources would keep a node; none for what is no id, or of another source. */
export function fromWireId(wireId: string, sources: readonly string[]): readonly string[] {
  const colon = wireId.indexOf(":");
  const kind = wireId.slice(0, Math.max(0, colon));
  const rest = wireId.slice(colon + 1);
  if (kind === "source") return sources.includes(rest) ? [`${rest}:source:${rest}`] : [];
  if (spanningKinds.has(kind)) {
    const name = decoded(rest);
    return name === undefined ? [] : sources.map((source) => `${source}:${kind}:${name}`);
  }
  const slash = rest.indexOf("/");
  const source = rest.slice(0, Math.max(0, slash));
  const name = decoded(rest.slice(slash + 1));
  return scoped.has(kind) && name !== undefined && sources.includes(source) ? [`${source}:${kind}:${name}`] : [];
}
