import type { Schemas } from "@qdrant/js-client-rest";

export type Payload = Readonly<Record<string, unknown>>;

/** Refused as the real server refuses: status 400 with a text. */
export class BadRequest extends Error {}

function list<T>(value: T | readonly T[] | null | undefined): readonly T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** Whether a payload passes a filter, exactly as the documentation of filtering says. */
export function passes(filter: Schemas["Filter"] | null | undefined, payload: Payload, id: string): boolean {
  if (filter === undefined || filter === null) return true;
  const known = new Set(["must", "should", "must_not", "min_should"]);
  for (const key of Object.keys(filter)) if (!known.has(key)) throw new BadRequest(`unknown filter clause ${key}`);
  const must = list(filter.must as Schemas["Condition"][] | undefined);
  const should = list(filter.should as Schemas["Condition"][] | undefined);
  const mustNot = list(filter.must_not as Schemas["Condition"][] | undefined);
  return (
    must.every((one) => holds(one, payload, id)) &&
    (should.length === 0 || should.some((one) => holds(one, payload, id))) &&
    !mustNot.some((one) => holds(one, payload, id))
  );
}

function holds(condition: Schemas["Condition"], payload: Payload, id: string): boolean {
  if ("must" in condition || "should" in condition || "must_not" in condition) {
    return passes(condition as Schemas["Filter"], payload, id);
  }
  if ("has_id" in condition) return (condition.has_id as readonly unknown[]).includes(id);
  if (!("key" in condition))
    throw new BadRequest(`this server does not know the condition ${JSON.stringify(condition)}`);
  const { key, match, range } = condition as Schemas["FieldCondition"];
  const held = payload[key];
  const values = Array.isArray(held) ? held : held === undefined || held === null ? [] : [held];
  if (match) return values.some((value) => matches(match as Schemas["Match"], value));
  if (range) return values.some((value) => typeof value === "number" && inRange(range as Schemas["Range"], value));
  throw new BadRequest(`this server does not know the condition on ${key}`);
}

function matches(match: Schemas["Match"], value: unknown): boolean {
  if ("value" in match) return match.value === value;
  if ("any" in match) return (match.any as readonly unknown[]).includes(value);
  throw new BadRequest("this server matches by value and any");
}

function inRange({ gt, gte, lt, lte }: Schemas["Range"], value: number): boolean {
  return (
    (gt === undefined || gt === null || value > gt) &&
    (gte === undefined || gte === null || value >= gte) &&
    (lt === undefined || lt === null || value < lt) &&
    (lte === undefined || lte === null || value <= lte)
  );
}

/** Keys that a filter looks at: the server tells which of them lack an index. */
export function keysOf(filter: unknown): string[] {
  if (Array.isArray(filter)) return filter.flatMap(keysOf);
  if (typeof filter !== "object" || filter === null) return [];
  const { key } = filter as { key?: unknown };
  if (typeof key === "string") return [key];
  return Object.values(filter).flatMap(keysOf);
}
