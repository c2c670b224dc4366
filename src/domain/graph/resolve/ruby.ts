import { folderOf, joinPath, nearest } from "../path-index.ts";
import { filePlace, packagePlace, possiblePlace, type Resolver, unknownPlace } from "./place.ts";

/** `require_relative` from the file's folder, `require` from a `lib` folder; else a gem that a Gemfile names. */
export const ruby: Resolver = {
  place(from, specifier, { paths, settings }) {
    const file = specifier.endsWith(".rb") ? specifier : `${specifier}.rb`;
    const relative = joinPath(folderOf(from), file);
    // Facts don't tell the two apart: a leading dot, or a file beside, speaks for the relative one.
    if (relative !== undefined && paths.has(relative)) return filePlace([relative]);
    if (specifier.startsWith(".")) return unknownPlace;
    const inLib = ["lib", "app", "test", "spec"].flatMap((root) => paths.ending(`${root}/${file}`));
    const found = inLib.filter((path) => !path.includes("/lib/lib/"));
    const path = nearest(found, from);
    if (path !== undefined) return found.length === 1 ? filePlace([path]) : possiblePlace([path]);
    if (paths.has(file)) return filePlace([file]);
    const named = settings.packages("gem");
    for (const name of [specifier.replaceAll("/", "-"), specifier.split("/")[0]!])
      if (named.has(name)) return packagePlace("gem", name, true);
    return unknownPlace;
  },
};
