import type { Schemas } from "@qdrant/js-client-rest";

import { type At, alive } from "../../domain/mod.ts";

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

export function amongNumbers(key: string, values: readonly number[]): Condition {
  return { key, match: { any: [...values] } } as Condition;
}

/** What decides which rows a generation sees. */
export interface Seen extends At {
  /** Generations that were begun and given up: their writers may still be writing, and nothing they write counts. */
  readonly givenUp: readonly number[];
}

/** Rows of a source that a generation sees. */
export function visible({ source, generation, givenUp }: Seen): Condition[] {
  const born = within("born", { lte: generation });
  const lives = within("dead", { gt: generation });
  if (givenUp.length === 0) return [is("source", source), born, lives];
  const bornLate: Filter = { must_not: [amongNumbers("born", givenUp)] };
  return [is("source", source), born, bornLate, any(lives, amongNumbers("dead", givenUp))];
}

/** Rows that nothing has ended, or only what was given up. */
export function unended(givenUp: readonly number[]): Condition {
  return givenUp.length === 0 ? is("dead", alive) : amongNumbers("dead", [alive, ...givenUp]);
}
