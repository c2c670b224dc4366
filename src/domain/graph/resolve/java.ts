import type { Ground } from "../ground.ts";
import { nearest } from "../path-index.ts";
import {
  filePlace,
  outsidePlace,
  type Place,
  packagePlace,
  possiblePlace,
  type Resolver,
  unknownPlace,
} from "./place.ts";

const extensions = [".java", ".kt", ".scala", ".groovy"];
const standard = /^(?:java|javax|jdk|sun|kotlin|scala|groovy|android|dalvik)\./;

/** A class lies where its package says, below some source root; what follows its name is inside it. */
export const java: Resolver = {
  place(from, specifier, ground) {
    const names = specifier.replace(/\.\*$/, "").split(".").filter(Boolean);
    for (let length = names.length; length > 0; length--) {
      const found = classFile(names.slice(0, length), from, ground);
      if (found !== undefined) return { ...found, inner: names.slice(length) };
    }
    if (standard.test(`${specifier}.`)) return outsidePlace;
    return artifact(names, ground);
  },
};

function classFile(names: readonly string[], from: string, { paths }: Ground): Place | undefined {
  const suffix = names.join("/");
  const found = extensions.flatMap((extension) => paths.ending(suffix + extension));
  const path = nearest(found, from);
  if (path === undefined) return undefined;
  // A class of the default package is named by nobody; without a folder the suffix says too little.
  if (names.length < 2) return undefined;
  return found.length === 1 ? filePlace([path]) : possibleUnlessSameModule(found, path, from);
}

/** The same class in two source trees: the one beside the importing file is meant. */
function possibleUnlessSameModule(found: readonly string[], path: string, from: string): Place {
  const root = path.split("/")[0];
  const alike = found.filter((one) => one.split("/")[0] === root);
  return from.startsWith(`${root}/`) && alike.length === 1 ? filePlace([path]) : possiblePlace([path]);
}

/** Maven names groups; a package most often begins with its group. */
function artifact(names: readonly string[], { settings }: Ground): Place {
  const specifier = names.join(".");
  let best = "";
  for (const name of settings.packages("maven")) {
    const group = name.slice(0, Math.max(0, name.indexOf(":")));
    const fits = group !== "" && (specifier === group || specifier.startsWith(`${group}.`));
    if (fits && (group.length > best.indexOf(":") || (group.length === best.indexOf(":") && name < best))) best = name;
  }
  return best === "" ? unknownPlace : packagePlace("maven", best, true);
}
