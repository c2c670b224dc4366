import { filePlace, outsidePlace, packagePlace, type Resolver, unknownPlace } from "./place.ts";

/** An import of a larger package names so many of its files, the first by name. */
const mostFiles = 64;

/** An import path is a module's path and a folder below it; without a dot in its first part it is Go's own. */
export const go: Resolver = {
  place(from, specifier, ground) {
    let module = "";
    let root = "";
    for (const [folder, value] of ground.settings.all("go.module")) {
      const fits = specifier === value || specifier.startsWith(`${value}/`);
      if (fits && value.length > module.length) [module, root] = [value, folder];
    }
    if (module !== "") {
      const below = specifier.slice(module.length + 1);
      const folder = [root, below].filter(Boolean).join("/");
      const files = ground.paths.inFolder(folder).filter((path) => path.endsWith(".go") && !path.endsWith("_test.go"));
      return filePlace(files.slice(0, mostFiles));
    }
    if (specifier === "C" || !specifier.split("/")[0]!.includes(".")) return outsidePlace;
    // A module's path is the beginning of those of its packages.
    const named = ground.settings.packages("go");
    for (let path = specifier; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf("/"))))
      if (named.has(path)) return packagePlace("go", path, true);
    if (from === "") return unknownPlace;
    const parts = /^(?:github|gitlab|bitbucket)\./.test(specifier) ? 3 : 2;
    return packagePlace("go", specifier.split("/").slice(0, parts).join("/"), false);
  },
};
