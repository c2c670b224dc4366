import { cargoManifest } from "./cargo.ts";
import { composerManifest } from "./composer.ts";
import { goModule, goWork } from "./go.ts";
import type { Manifest, ManifestReader } from "./manifest.ts";
import { denoConfig, npmManifest, pnpmWorkspace, typescriptConfig } from "./npm.ts";
import { pyproject, requirements } from "./python.ts";
import { gemfile } from "./ruby.ts";
import { dotnetProject, mavenProject } from "./xml.ts";

const byName: ReadonlyMap<string, ManifestReader> = new Map([
  ["package.json", npmManifest],
  ["pnpm-workspace.yaml", pnpmWorkspace],
  ["deno.json", denoConfig],
  ["deno.jsonc", denoConfig],
  ["pyproject.toml", pyproject],
  ["go.mod", goModule],
  ["go.work", goWork],
  ["Cargo.toml", cargoManifest],
  ["pom.xml", mavenProject],
  ["Gemfile", gemfile],
  ["composer.json", composerManifest],
]);

const byPattern: readonly (readonly [pattern: RegExp, reader: ManifestReader])[] = [
  [/^(?:tsconfig|jsconfig)(?:[.-][\w.-]+)?\.json$/, typescriptConfig],
  [/^requirements[\w.-]*\.(?:txt|in)$/, requirements],
  [/\.(?:cs|fs|vb)proj$/, dotnetProject],
  [/\.gemspec$/, gemfile],
];

/** What a manifest says; undefined for files that are none. */
export function readManifest(path: string, text: string): Manifest | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const reader =
    byName.get(name) ??
    byPattern.find(([pattern]) => pattern.test(name))?.[1] ??
    (/(?:^|\/)requirements\/[\w.-]+\.(?:txt|in)$/.test(path) ? requirements : undefined);
  return reader?.(text);
}
