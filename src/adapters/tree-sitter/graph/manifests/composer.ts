import { asObject, asText, jsonObject, keyLines } from "./json-text.ts";
import { type Manifest, ManifestDraft, noManifest } from "./manifest.ts";

/** composer.json */
export function composerManifest(text: string): Manifest {
  const manifest = jsonObject(text);
  if (manifest === undefined) return noManifest;
  const draft = new ManifestDraft();
  const lineOf = keyLines(text);
  for (const section of ["require", "require-dev"]) {
    for (const [name, version] of Object.entries(asObject(manifest[section]) ?? {})) {
      // "php" and "ext-json" are the platform's.
      if (name.includes("/")) draft.depend("composer", name, asText(version), lineOf(section, name));
    }
  }
  const roots = {
    ...asObject(asObject(manifest["autoload"])?.["psr-4"]),
    ...asObject(asObject(manifest["autoload-dev"])?.["psr-4"]),
  };
  draft.set("composer.name", manifest["name"]);
  if (Object.keys(roots).length > 0) draft.set("composer.psr-4", roots);
  return draft.done();
}

/** composer.lock: every package, also those that others need. */
export function composerLock(text: string): Manifest {
  const lock = jsonObject(text);
  const draft = new ManifestDraft();
  const lines = new Map<string, number>();
  for (const [at, row] of text.split("\n").entries()) {
    const name = /^\s*"name":\s*"([^"]+)"/.exec(row)?.[1];
    if (name !== undefined && !lines.has(name)) lines.set(name, at + 1);
  }
  for (const section of ["packages", "packages-dev"]) {
    const packages = lock?.[section];
    for (const entry of Array.isArray(packages) ? packages : []) {
      const { name, version } = asObject(entry) ?? {};
      draft.depend("composer", asText(name), asText(version), lines.get(asText(name)) ?? 1);
    }
  }
  return draft.done();
}
