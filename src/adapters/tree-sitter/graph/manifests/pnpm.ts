import { type Manifest, ManifestDraft } from "./manifest.ts";

/** pnpm-lock.yaml: what its importers, or the one it has, ask for, with the versions found. */
export function pnpmLock(text: string): Manifest {
  const draft = new ManifestDraft();
  /** Spaces before a section's name: those of several importers stand below each. */
  let margin = 0;
  let within = false;
  let asked: { name: string; line: number } | undefined;
  for (const [at, raw] of text.split("\n").entries()) {
    const row = raw.trimEnd();
    if (/^(?:packages|snapshots):/.test(row)) break;
    if (row === "importers:") margin = 4;
    const indent = row.length - row.trimStart().length;
    if (row === "") continue;
    if (indent <= margin) {
      within = indent === margin && /^\s*(?:dependencies|devDependencies|optionalDependencies):$/.test(row);
      asked = undefined;
      continue;
    }
    const match = within ? /^\s*['"]?([^'":]+)['"]?:(?:\s+['"]?([^'"\s]+)['"]?)?$/.exec(row) : null;
    if (match === null) continue;
    const [, key = "", value] = match;
    if (indent === margin + 2 && value === undefined) asked = { name: key, line: at + 1 };
    else if (indent === margin + 2) draft.depend("npm", key, plain(value!), at + 1);
    else if (indent === margin + 4 && key === "version" && asked !== undefined)
      draft.depend("npm", asked.name, plain(value ?? ""), asked.line);
  }
  return draft.done();
}

/** Without the peers it was found with: `1.0.0(react@18.0.0)`, formerly `1.0.0_react@18.0.0`. */
function plain(version: string): string {
  return version.replace(/[(_].*$/, "");
}
