import type { Schemas } from "@qdrant/js-client-rest";

export type Filter = Schemas["Filter"];
export type Condition = Schemas["Condition"];

export function is(key: string, value: string | number): Condition {
  return { key, match: { value } } as Condition;
}

export function among(key: string, values: readonly string[]): Condition {
  return values.length === 1 ? is(key, values[0]!) : ({ key, match: { any: [...values] } } as Condition);
}

export function within(key: string, range: Schemas["Range"]): Condition {
  return { key, range } as Condition;
}

export function all(...must: readonly Condition[]): Filter {
  return { must: [...must] };
}

export function any(...should: readonly Condition[]): Filter {
  return { should: [...should] };
}

/** Rows of a source that a generation sees. */
export function visible(source: string, generation: number): Condition[] {
  return [is("source", source), within("born", { lte: generation }), within("dead", { gt: generation })];
}
