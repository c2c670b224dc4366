import type { Ground } from "../ground.ts";
import { joinPath } from "../path-index.ts";
import { jsonObject } from "./import-maps.ts";
import { filePlace, type Place, type Resolver, unknownPlace } from "./place.ts";

/** Files by `require`, classes by the autoloading rules of composer.json; else by namespace and name. */
export const php: Resolver = {
  place(from, specifier, ground) {
    if (/\.(?:php|inc|phtml)$/.test(specifier)) return byPath(from, specifier, ground);
    const name = specifier.replace(/^\\/, "");
    return byAutoload(name, ground);
  },
};

function byPath(from: string, specifier: string, { paths }: Ground): Place {
  const relative = specifier.replace(/^\//, "");
  const folder = from.slice(0, Math.max(0, from.lastIndexOf("/")));
  for (const base of [folder, ""]) {
    const path = joinPath(base, relative);
    if (path !== undefined && paths.has(path)) return filePlace([path]);
  }
  return unknownPlace;
}

/** `composer.psr-4`: JSON of namespace prefix to folder or folders. */
function byAutoload(name: string, { settings, paths }: Ground): Place {
  for (const [folder, json] of settings.all("composer.psr-4")) {
    for (const [prefix, folders] of Object.entries(jsonObject(json))) {
      if (!name.startsWith(prefix)) continue;
      const rest = name.slice(prefix.length).replace(/^\\/, "").replaceAll("\\", "/");
      for (const one of [folders].flat()) {
        const path = joinPath(folder, `${String(one)}/${rest}.php`);
        if (path !== undefined && paths.has(path)) return filePlace([path]);
      }
    }
  }
  return unknownPlace;
}
