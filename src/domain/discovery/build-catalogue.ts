import { headlong, type Pace } from "../pace.ts";
import { cataloguePaths, parseCatalogueFile, type Subsystem } from "./catalogue-file.ts";
import { codeOwnersPaths, type OwnerRule, ownedFolder, parseCodeOwners } from "./code-owners.ts";
import { folderParts } from "./folder-parts.ts";
import { globMatcher } from "./glob-matcher.ts";
import { isManifest, workspaceMembers } from "./workspaces.ts";

export interface Assignment {
  /** "" for none. */
  readonly subsystem: string;
  readonly tags: readonly string[];
  readonly owners: readonly string[];
}

/** What parts a source has and which file belongs to which. */
export interface Catalogue {
  of(path: string): Assignment;
  /** By name. */
  readonly subsystems: readonly Subsystem[];
  /** Changes whenever a file that stayed the same may belong elsewhere. */
  readonly fingerprint: string;
  readonly warnings: readonly string[];
}

/** Of all paths, those whose text `buildCatalogue` wants: small files, a few for a whole tree. */
export function manifestPaths(paths: Iterable<string>): string[] {
  const fixed = new Set<string>([...cataloguePaths, ...codeOwnersPaths]);
  return [...paths].filter((path) => fixed.has(path) || isManifest(path));
}

interface Claim {
  readonly subsystem: Subsystem;
  readonly matches: (path: string) => boolean;
  /** Characters before the first wildcard: the more, the nearer. */
  readonly weight: number;
}

/**
 * Assigns each file to a subsystem: by the catalogue, else by the nearest folder that CODEOWNERS names plainly where
 * that lies inside the nearest package and is no wider than the folder's part, else by that package, else by its folder.
 * Among the catalogue's patterns the one with the longest fixed beginning wins, then the earlier.
 *
 * @param texts the files of `manifestPaths`, by path; one that could not be read is left out
 */
export async function buildCatalogue(
  texts: ReadonlyMap<string, string>,
  paths: readonly string[],
  pace: Pace = headlong,
): Promise<Catalogue> {
  const warnings: string[] = [];
  const named = firstOf(cataloguePaths, texts);
  const file = named === undefined ? undefined : parseCatalogueFile(...named);
  const ownersFile = firstOf(codeOwnersPaths, texts);
  const owners = ownersFile === undefined ? undefined : parseCodeOwners(...ownersFile);
  warnings.push(...(file?.warnings ?? []), ...(owners?.warnings ?? []));
  const rules = owners?.rules ?? [];

  const claims = claimsOf(file?.subsystems ?? [], named?.[0] ?? "", warnings);
  const taken = new Set(file?.subsystems.map((subsystem) => subsystem.name));
  const packages = new Map<string, Subsystem>();
  for (const { folder, name, description } of workspaceMembers(texts, warnings)) {
    const unique = taken.has(name) ? folder : name;
    taken.add(unique);
    packages.set(folder, part(unique, folder, description, "workspace", rules));
  }
  const folders = await folderParts(paths, pace);
  const owned = new Set(rules.map(ownedFolder));
  const found = new Map<string, Subsystem>();

  function structural(path: string): Subsystem | undefined {
    const member = nearest(path, (folder) => packages.has(folder));
    const named = nearest(path, (folder) => owned.has(folder));
    const folder = folders.of(path);
    // A folder that is a package keeps the package's name, whoever owns it. One that holds several parts is none.
    if (named.length > member.length && named.length >= folder.length) return unnamed(named, "codeowners");
    if (member !== "") return packages.get(member);
    return folder === "" ? undefined : unnamed(folder, "folder");
  }

  function unnamed(folder: string, origin: "codeowners" | "folder"): Subsystem {
    const name = taken.has(folder) ? `${folder}/` : folder;
    const known = found.get(name) ?? part(name, folder, "", origin, rules);
    found.set(name, known);
    return known;
  }

  function of(path: string): Assignment {
    const claim = claims.find(({ matches }) => matches(path));
    const subsystem = claim?.subsystem ?? structural(path);
    const ruled = ownersOf(path, rules);
    return {
      subsystem: subsystem?.name ?? "",
      tags: subsystem?.tags ?? [],
      owners: ruled.length > 0 ? ruled : (subsystem?.owners ?? []),
    };
  }

  for (const path of paths) {
    of(path);
    const pause = pace();
    if (pause !== undefined) await pause;
  }
  const subsystems = [...(file?.subsystems ?? []), ...packages.values(), ...found.values()];
  const basis = [file?.subsystems, [...packages.values()], rules.map((r) => [r.pattern, r.owners]), folders.passed];
  return {
    of,
    subsystems: subsystems.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    fingerprint: hash(JSON.stringify(basis)),
    warnings,
  };
}

/** The nearest folder above a path that passes; "" for none. */
function nearest(path: string, passes: (folder: string) => boolean): string {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const folder = path.slice(0, end);
    if (passes(folder)) return folder;
  }
  return "";
}

function firstOf(places: readonly string[], texts: ReadonlyMap<string, string>): [string, string] | undefined {
  for (const place of places) {
    const text = texts.get(place);
    if (text !== undefined) return [place, text];
  }
  return undefined;
}

function claimsOf(subsystems: readonly Subsystem[], file: string, warnings: string[]): Claim[] {
  const claims: Claim[] = [];
  for (const subsystem of subsystems) {
    for (const pattern of subsystem.paths) {
      const wild = pattern.search(/[*?[{]/);
      const text = pattern.replace(/^\.?\//, "");
      try {
        const itself = globMatcher(text, "paths");
        const below = wild < 0 ? globMatcher(`${text.replace(/\/$/, "")}/**`, "paths") : itself;
        const weight = wild < 0 ? pattern.length : wild;
        claims.push({ subsystem, weight, matches: (path) => itself(path) || below(path) });
      } catch (cause) {
        warnings.push(`${file}: "${subsystem.name}": pattern not used: ${(cause as Error).message}`);
      }
    }
    const known = new Set(subsystems.map((other) => other.name));
    for (const name of subsystem.dependsOn) {
      if (!known.has(name)) warnings.push(`${file}: "${subsystem.name}" depends on "${name}", which is not in it`);
    }
  }
  return claims.sort((a, b) => b.weight - a.weight);
}

function part(
  name: string,
  folder: string,
  description: string,
  origin: Exclude<Subsystem["origin"], "catalogue">,
  rules: readonly OwnerRule[],
): Subsystem {
  const owners = ownersOf(`${folder}/.`, rules);
  return { name, description, owners, criticality: "", tags: [], paths: [`${folder}/**`], dependsOn: [], origin };
}

function ownersOf(path: string, rules: readonly OwnerRule[]): readonly string[] {
  return rules.findLast((rule) => rule.matches(path))?.owners ?? [];
}

/** 64 bits as 16 hex digits: two multiplicative hashes of 32 bits. Tells changes apart; guards nothing. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
