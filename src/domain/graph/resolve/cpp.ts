import { folderOf, joinPath, nearest } from "../path-index.ts";
import { filePlace, possiblePlace, type Resolver, unknownPlace } from "./place.ts";

/** An include is looked for beside the file, then below any folder; the build's include paths are not known. */
export const cpp: Resolver = {
  place(from, specifier, { paths }) {
    const name = specifier.replace(/^[<"]|[>"]$/g, "");
    const beside = joinPath(folderOf(from), name);
    if (beside !== undefined && paths.has(beside)) return filePlace([beside]);
    const suffix = name.replace(/^(?:\.\.?\/)+/, "");
    if (suffix === "") return unknownPlace;
    const found = paths.ending(suffix);
    const path = nearest(found, from);
    if (path === undefined) return unknownPlace;
    return found.length === 1 ? filePlace([path]) : possiblePlace([path]);
  },
};
