import { createHash } from "node:crypto";
import {
  artifactTypeOf,
  buildCatalogue,
  globMatcher,
  languageOf,
  listedRefusal,
  manifestPaths,
  pathRefusal,
  type Refusal,
  type SecretGlobs,
} from "../../domain/discovery/mod.ts";
import { throwIfAborted } from "../../domain/mod.ts";
import type { ListedFile, Source } from "../../ports/mod.ts";
import type { Classifier } from "./classify.ts";
import type { Rules } from "./ingest-settings.ts";
import { settingsKey } from "./settings-key.ts";

/** A larger manifest is not one that people keep. */
const longestManifest = 1_048_576;
/** Manifests read at once. */
const readAtOnce = 16;

/** Reads the manifests of a listing and makes the rules of this run. */
export async function openClassifier(
  source: Source,
  files: readonly ListedFile[],
  rules: Rules,
  signal: AbortSignal,
): Promise<Classifier & { readonly warnings: readonly string[] }> {
  const { maxFileBytes, secretPathsExtra = [], secretAllow = [] } = rules;
  const secrets = {
    extra: secretPathsExtra.map((glob) => globMatcher(glob, "KM_SECRET_PATHS_EXTRA")),
    allow: secretAllow.map((glob) => globMatcher(glob, "KM_SECRET_ALLOW")),
  };
  const refusal = (file: ListedFile) => refusalOf(file, maxFileBytes, secrets);
  const paths = files.filter((file) => refusal(file) === undefined).map(({ path }) => path);
  const catalogue = buildCatalogue(await readManifests(source, manifestPaths(paths), signal), paths);
  const catalogueKey = createHash("sha256").update(catalogue.fingerprint).digest("hex").slice(0, 16);
  return {
    configuration: settingsKey(source, rules) + catalogueKey,
    languageOf,
    artifactTypeOf,
    place(path) {
      const { subsystem, tags } = catalogue.of(path);
      return { subsystem, tags };
    },
    refusal,
    warnings: catalogue.warnings,
  };
}

function refusalOf(file: ListedFile, maxFileBytes: number, secrets: SecretGlobs): Refusal | undefined {
  if (file.kind === "submodule") return { class: "skipped", reason: "SUBMODULE" };
  const refused = listedRefusal(file.refusal) ?? pathRefusal(file.path, secrets);
  if (refused !== undefined) return refused;
  if (file.size < 0) return { class: "skipped", reason: "MISSING" };
  return file.size > maxFileBytes ? { class: "skipped", reason: "TOO_LARGE" } : undefined;
}

/** Those that can't be read are left out: a missing manifest only makes the catalogue poorer. */
async function readManifests(
  source: Source,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (let at = 0; at < paths.length; at += readAtOnce) {
    const part = paths.slice(at, at + readAtOnce);
    const read = await Promise.allSettled(part.map((path) => source.read(path, longestManifest, signal)));
    throwIfAborted(signal);
    for (const [i, result] of read.entries())
      if (result.status === "fulfilled") texts.set(part[i]!, new TextDecoder().decode(result.value));
  }
  return texts;
}
