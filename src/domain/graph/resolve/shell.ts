import { folderOf, joinPath } from "../path-index.ts";
import { filePlace, type Resolver, unknownPlace } from "./place.ts";

/** `source ./x.sh`: from the file's folder, else from the root, where scripts are most often started. */
export const shell: Resolver = {
  place(from, specifier, { paths }) {
    const name = specifier.replace(/^["']|["']$/g, "").replace(/^(?:\$\{?\w+\}?|\$\([^)]*\))\//, "");
    for (const folder of [folderOf(from), ""]) {
      const path = joinPath(folder, name);
      if (path !== undefined && paths.has(path)) return filePlace([path]);
    }
    return unknownPlace;
  },
};
