import { shapedSecret } from "../domain/discovery/mod.ts";

/**
 * Redaction by construction: nothing reaches the log but what was copied here, and the copy leaves secrets out.
 * Names that hold secrets lose their value; texts lose whatever looks like a credential.
 */

const hidden = "[secret]";
/** Deeper than any honest field; a cyclic one ends here too. */
const deepest = 6;
const longestText = 8_192;
const longestList = 100;

const secretName =
  /authori[sz]ation|cookie|token|secret|passw(or)?d|passphrase|credential|api[-_]?key|private[-_]?key|page[-_]?key|bearer|^x-goog-iam/i;
/** Public names that only look like secrets: ids of tokens, and counts. */
const publicName = /^(token[-_]?(id|name|ids|count)|tokens)$/i;

/** What a credential looks like inside a text, what is left of it, and what a text must hold to be looked at. */
const shapes: readonly (readonly [shape: RegExp, left: string, mark: RegExp])[] = [
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
    hidden,
    /PRIVATE KEY/,
  ],
  [/\b(bearer|basic)(\s+|%20)[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${hidden}`, /bearer|basic/i],
  [/\bkg_([A-Za-z0-9-]{1,64})_[A-Za-z0-9_-]{20,}/g, `kg_$1_${hidden}`, /kg_/],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, hidden, /eyJ/],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@]+@/gi, `$1${hidden}@`, /:\/\//],
  [
    /\b((?:auth)?token|secret|password|passwd|api[-_]?key)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]{4,}/gi,
    `$1$2${hidden}`,
    /[=:]/,
  ],
];
/** Without one of these no shape of ours fits: most fields of a line are one word, and end here. */
const suspicious = /[\s=:%]|kg_|eyJ/;
/** Characters of the shortest token that its issuer gave a shape. */
const shortestShaped = 15;

export type Scrub = (text: string) => string;

/** Removes credentials by shape, and the configured ones literally. Short literals would blank ordinary words. */
export function scrubber(literals: readonly string[] = []): Scrub {
  const known = literals.filter((literal) => literal.length >= 8).sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text.length > longestText ? `${text.slice(0, longestText)}… (${text.length} characters)` : text;
    for (const literal of known) clean = clean.replaceAll(literal, hidden);
    if (suspicious.test(clean))
      for (const [shape, left, mark] of shapes) if (mark.test(clean)) clean = clean.replace(shape, left);
    // What the ingest keeps out of the index is kept out of the log.
    return clean.length < shortestShaped ? clean : clean.replace(shapedSecret, hidden);
  };
}

/** A copy of a log line's fields that holds no secret and is plain JSON. */
export function redacted(fields: Readonly<Record<string, unknown>>, scrub: Scrub): Record<string, unknown> {
  return members(fields, scrub, 0);
}

function members(value: object, scrub: Scrub, depth: number): Record<string, unknown> {
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  if (entries.length > longestList) entries.length = longestList;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of entries) {
    const { name, holdsSecret } = judge(String(key), scrub);
    const secret = holdsSecret && typeof inner !== "boolean" && inner !== undefined;
    const left = secret ? hidden : typeof inner === "string" ? scrub(inner) : copied(inner, scrub, depth + 1);
    if (left !== undefined && name !== "__proto__") copy[name] = left;
  }
  return copy;
}

interface Judged {
  /** The name itself, free of secrets. */
  readonly name: string;
  readonly holdsSecret: boolean;
}

/** Answers already given, by scrub: the names of fields are few, and asked for on every line. */
const judged = new WeakMap<Scrub, Map<string, Judged>>();
const mostJudged = 1_000;

function judge(name: string, scrub: Scrub): Judged {
  let known = judged.get(scrub);
  if (known === undefined) {
    known = new Map();
    judged.set(scrub, known);
  }
  const before = known.get(name);
  if (before !== undefined) return before;
  const answer = { name: scrub(name), holdsSecret: secretName.test(name) && !publicName.test(name) };
  if (known.size < mostJudged && name.length < 100) known.set(name, answer);
  return answer;
}

function copied(value: unknown, scrub: Scrub, depth: number): unknown {
  try {
    return copy(value, scrub, depth);
  } catch {
    return "[unreadable]"; // a getter or toJSON that throws must not take the line with it
  }
}

function copy(value: unknown, scrub: Scrub, depth: number): unknown {
  if (typeof value === "string") return scrub(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return errorFields(value, scrub, depth);
  if (depth > deepest) return "[deeper]";
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, longestList).map((item) => copied(item, scrub, depth + 1) ?? null);
  }
  if ("toJSON" in value && typeof value.toJSON === "function") return copied(value.toJSON(), scrub, depth + 1);
  if (value instanceof URL) return scrub(value.href);
  return members(value, scrub, depth);
}

/** An error for the log: what it says, where it arose, and what caused it; not what else a driver hung on it. */
function errorFields(error: Error, scrub: Scrub, depth: number): Record<string, unknown> {
  const fields: Record<string, unknown> = { type: error.name, message: scrub(error.message) };
  for (const key of ["code", "reason", "field", "errno", "syscall"] as const) {
    const value = (error as unknown as Record<string, unknown>)[key];
    if (typeof value === "string" || typeof value === "number") fields[key] = copied(value, scrub, depth);
  }
  if (error.stack !== undefined) fields["stack"] = scrub(error.stack);
  if (depth > deepest) return fields;
  if (error.cause !== undefined) fields["cause"] = copied(error.cause, scrub, depth + 1);
  if (error instanceof AggregateError) fields["errors"] = copied(error.errors, scrub, depth + 1);
  return fields;
}
