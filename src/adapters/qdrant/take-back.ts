import { alive } from "../../domain/mod.ts";
import type { Collections } from "./collections.ts";
import { all, is, within } from "./filters.ts";
import type { Operation, Points } from "./points.ts";

/** Generations that are taken back: all after one, or one alone. */
export type TakenBack = { readonly gt: number } | { readonly gte: number; readonly lte: number };

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
  source: string,
  next: number,
  signal: AbortSignal,
): Promise<void> {
  const filter = all(is("source", source), is("dead", alive));
  const operations: Operation[] = [{ set_payload: { payload: { dead: next }, filter } }];
  for (const collection of await collections.existing(signal)) await points.update(collection, operations, signal);
  await points.update(collections.catalogue, operations, signal);
}
