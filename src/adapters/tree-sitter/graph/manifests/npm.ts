import { asObject, asText, jsoncObject, jsonObject, keyLines } from "./json-text.ts";
import { type Manifest, ManifestDraft, noManifest } from "./manifest.ts";

const sections = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/** package.json */
export function npmManifest(text: string): Manifest {
  const manifest = jsonObject(text);
  if (manifest === undefined) return noManifest;
  const draft = new ManifestDraft();
  const lineOf = keyLines(sections.some((section) => section in manifest) ? text : "");
  for (const section of sections) {
    for (const [name, version] of Object.entries(asObject(manifest[section]) ?? {})) {
      draft.depend("npm", name, asText(version), lineOf(section, name));
    }
  }
  for (const key of ["name", "main", "module", "types", "exports", "imports", "bin", "workspaces", "type"]) {
    const value = manifest[key];
    draft.set(`npm.${key}`, key === "workspaces" ? (asObject(value)?.["packages"] ?? value) : value);
  }
  return draft.done();
}

/** package-lock.json of lockfile version 2 and 3: the versions of what the root and its workspaces ask for themselves. */
export function npmLock(text: string): Manifest {
  const packages = asObject(jsonObject(text)?.["packages"]);
  if (packages === undefined) return noManifest;
  const draft = new ManifestDraft();
  const lineOf = keyLines(text);
  const found = new Set<string>();
  for (const [folder, entry] of Object.entries(packages)) {
    if (/(?:^|\/)node_modules\//.test(folder)) continue;
    for (const section of sections) {
      for (const name of Object.keys(asObject(asObject(entry)?.[section]) ?? {})) {
        const own = `${folder}/node_modules/${name}`;
        const key = own in packages ? own : `node_modules/${name}`;
        const version = asText(asObject(packages[key])?.["version"]);
        if (version === "" || found.has(key)) continue;
        found.add(key);
        draft.depend("npm", name, version, lineOf(key, key));
      }
    }
  }
  return draft.done();
}

/** pnpm-workspace.yaml */
export function pnpmWorkspace(text: string): Manifest {
  const draft = new ManifestDraft();
  const list = /^packages:\s*\n((?:[ \t]*(?:-.*|#.*)?\n?)*)/m.exec(text)?.[1] ?? "";
  const folders = [...list.matchAll(/^[ \t]*-\s*["']?([^"'#\n]+?)["']?\s*(?:#.*)?$/gm)].map(([, folder]) => folder);
  if (folders.length > 0) draft.set("npm.workspaces", folders);
  return draft.done();
}

/** tsconfig*.json and jsconfig.json */
export function typescriptConfig(text: string): Manifest {
  const config = jsoncObject(text);
  if (config === undefined) return noManifest;
  const draft = new ManifestDraft();
  const options = asObject(config["compilerOptions"]) ?? {};
  for (const key of ["baseUrl", "paths", "rootDir", "rootDirs", "outDir"]) draft.set(`ts.${key}`, options[key]);
  draft.set("ts.extends", config["extends"]);
  draft.set("ts.references", config["references"]);
  return draft.done();
}

/** deno.json(c) */
export function denoConfig(text: string): Manifest {
  const config = jsoncObject(text);
  if (config === undefined) return noManifest;
  const draft = new ManifestDraft();
  const lineOf = keyLines(text);
  for (const key of ["name", "exports", "imports", "workspace"]) draft.set(`deno.${key}`, config[key]);
  for (const [name, target] of Object.entries(asObject(config["imports"]) ?? {})) {
    const match = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?/.exec(asText(target));
    if (match !== null) draft.depend("npm", match[1]!, match[2] ?? "", lineOf("imports", name));
  }
  return draft.done();
}
