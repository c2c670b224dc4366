import { alive } from "../../domain/mod.ts";
import type { Collections } from "./collections.ts";
import { all, amongNumbers, type Filter, is, type Seen, unended, within } from "./filters.ts";
import type { Operation, Points } from "./points.ts";

/** Generations that are taken back: those after one up to another, or one alone. */
export type TakenBack = { readonly gt: number; readonly lte: number } | { readonly gte: number; readonly lte: number };

/** Only the one: another process may have gone on from there meanwhile. */
export function alone(generation: number): TakenBack {
  return { gte: generation, lte: generation };
}

/**
 * Undoes all that generations did to a source's rows, wherever they are: deletes what they bore, and takes back the
 * ends they set. May be done twice, and again after a failure at any point.
 */
export async function takeBack(
  points: Points,
  collections: Collections,
  source: string,
  generations: TakenBack,
  signal: AbortSignal,
): Promise<void> {
  const born = all(is("source", source), within("born", generations));
  const ended = all(is("source", source), within("dead", { ...generations, lt: alive }));
  return undo(points, collections, born, ended, signal);
}

/** The same of these generations. */
export async function takeBackAll(
  points: Points,
  collections: Collections,
  source: string,
  generations: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const born = all(is("source", source), amongNumbers("born", generations));
  const ended = all(is("source", source), amongNumbers("dead", generations));
  return undo(points, collections, born, ended, signal);
}

async function undo(points: Points, collections: Collections, born: Filter, ended: Filter, signal: AbortSignal) {
  const operations: Operation[] = [
    { delete: { filter: born } },
    { set_payload: { payload: { dead: alive }, filter: ended } },
  ];
  for (const collection of await collections.existing(signal)) await points.update(collection, operations, signal);
  await points.update(collections.catalogue, operations, signal);
}

/** Ends every row of a source: a generation that starts from nothing replaces it all. */
export async function endAll(
  points: Points,
  collections: Collections,
  { source, generation: next, givenUp }: Seen,
  signal: AbortSignal,
): Promise<void> {
  const filter = all(is("source", source), unended(givenUp));
  const operations: Operation[] = [{ set_payload: { payload: { dead: next }, filter } }];
  for (const collection of await collections.existing(signal)) await points.update(collection, operations, signal);
  await points.update(collections.catalogue, operations, signal);
}
