import { outsidePlace, packagePlace, type Resolver, unknownPlace } from "./place.ts";

/** A namespace says nothing of files: who uses it is found by the names it defines. */
export const csharp: Resolver = {
  place(_from, specifier, ground) {
    if (/^(?:System|Microsoft\.(?:CSharp|VisualBasic|Win32))(?:\.|$)/.test(specifier)) return outsidePlace;
    let best = "";
    for (const name of ground.settings.packages("nuget"))
      if ((specifier === name || specifier.startsWith(`${name}.`)) && name.length > best.length) best = name;
    return best === "" ? unknownPlace : packagePlace("nuget", best, true);
  },
};
