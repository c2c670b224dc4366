import { nearest } from "../path-index.ts";
import { filePlace, outsidePlace, possiblePlace, type Resolver, unknownPlace } from "./place.ts";

/** An import names a path below some root that the compiler is given. */
export const protobuf: Resolver = {
  place(from, specifier, { paths }) {
    const found = paths.ending(specifier);
    const path = nearest(found, from);
    if (path === undefined) return /^google\/(?:protobuf|api|rpc|type)\//.test(specifier) ? outsidePlace : unknownPlace;
    return found.length === 1 ? filePlace([path]) : possiblePlace([path]);
  },
};
