import type { ServerMiddleware } from "nice-grpc";
import type { Place } from "../../src/edge/chain.ts";
import { composeChain as whole } from "../../src/edge/compose-chain.ts";

/** Takes the place of the edge's own, see `without-tracing-hooks.ts`. */
export function composeChain(places: readonly Place[]): ServerMiddleware {
  const others = places.filter(({ name }) => name !== "trace");
  if (others.length === places.length) throw new Error("the chain has no place for tracing: this measures nothing");
  return whole(others);
}
