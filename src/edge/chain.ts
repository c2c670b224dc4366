import type { FirstLink, Link } from "./edge-context.ts";

/** Outermost first, each with the reason why it stands there. The gate is before them all, the handler after. */
export const chainOrder = [
  { name: "request id", reason: "everything inside names the call by it, and its log line sees the last word" },
  { name: "trace", reason: "the span covers all the work, the refusals too" },
  { name: "metrics", reason: "outside of faults, so that statuses are final when counted, and refusals are counted" },
  { name: "faults", reason: "outside of all that throws, so that nothing leaves unconverted" },
  { name: "drain", reason: "a server that goes refuses before it spends anything on a call" },
  { name: "deadline", reason: "bounds all waiting inside: the limiter's, the ledger's and the handler's" },
  { name: "scope", reason: "before quota: a forbidden call spends none" },
  { name: "quota", reason: "before audit: a flood can't fill the ledger" },
  { name: "audit", reason: "next to the handler: it records what is about to happen", reserved: true },
] as const;

export type PlaceName = (typeof chainOrder)[number]["name"];

/** A middleware at its place; the first is the one that makes the context the others need. */
export type Place =
  | ({ readonly name: "request id" } & FirstLink)
  | ({ readonly name: Exclude<PlaceName, "request id"> } & Link);

/**
 * Returns the middleware in order, outermost first. `audit` may be missing until the ledger records calls.
 * @throws Error when one is missing, twice or out of place, with the reason for the place that is wrong.
 */
export function assembleChain(places: readonly Place[]): readonly Place[] {
  let at = 0;
  for (const expected of chainOrder) {
    if (places[at]?.name === expected.name) {
      at += 1;
    } else if (!("reserved" in expected)) {
      throw new Error(
        `the chain has '${places[at]?.name ?? "nothing"}' where '${expected.name}' belongs: ${expected.reason}`,
      );
    }
  }
  if (at < places.length) throw new Error(`the chain has '${places[at]!.name}' after its end or twice`);
  return places;
}
