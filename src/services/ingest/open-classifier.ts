import { createHash } from "node:crypto";
import {
  artifactTypeOf,
  buildCatalogue,
  globMatcher,
  languageOf,
  listedRefusal,
  longestLockFile,
  manifestPaths,
  pathRefusal,
  type Refusal,
} from "../../domain/discovery/mod.ts";
import { type Pace, throwIfAborted } from "../../domain/mod.ts";
import type { ListedFile, Source } from "../../ports/mod.ts";
import type { Classifier } from "./classify.ts";
import type { Rules } from "./ingest-settings.ts";
import { settingsKey } from "./settings-key.ts";
import { takeTurns } from "./take-turns.ts";

/** A larger manifest is not one that people keep. */
const longestManifest = 1_048_576;
/** Manifests read at once. */
const readAtOnce = 16;

export interface OpenedClassifier extends Classifier {
  readonly warnings: readonly string[];
  /** Whether every manifest could be read. */
  readonly complete: boolean;
}

/** Reads the manifests of a listing and makes the rules of this run. */
export async function openClassifier(
  source: Source,
  files: readonly ListedFile[],
  rules: Rules,
  signal: AbortSignal,
): Promise<OpenedClassifier> {
  const { maxFileBytes, secretPathsExtra = [], secretAllow = [] } = rules;
  const secrets = {
    extra: secretPathsExtra.map((glob) => globMatcher(glob, "KM_SECRET_PATHS_EXTRA")),
    allow: secretAllow.map((glob) => globMatcher(glob, "KM_SECRET_ALLOW")),
  };
  const byPath = new Map<string, Refusal | undefined>();
  const refusedPath = (path: string): Refusal | undefined => {
    const known = byPath.get(path);
    if (known !== undefined || byPath.has(path)) return known;
    const refused = pathRefusal(path, secrets);
    byPath.set(path, refused);
    return refused;
  };
  const refusal = (file: ListedFile) => refusalOf(file, maxFileBytes, refusedPath);
  const pace = takeTurns(signal);
  const paths = await allowedPaths(files, refusal, pace);
  const manifests = manifestPaths(paths);
  const texts = await readManifests(source, manifests, signal);
  const catalogue = await buildCatalogue(texts, paths, pace);
  const catalogueKey = createHash("sha256").update(catalogue.fingerprint).digest("hex").slice(0, 16);
  return {
    configuration: settingsKey(source, rules) + catalogueKey,
    languageOf,
    artifactTypeOf,
    place(path) {
      const { subsystem, tags } = catalogue.of(path);
      return { subsystem, tags };
    },
    catalogue,
    refusal,
    warnings: catalogue.warnings,
    complete: texts.size === manifests.length,
  };
}

async function allowedPaths(
  files: readonly ListedFile[],
  refusal: (file: ListedFile) => Refusal | undefined,
  pace: Pace,
): Promise<string[]> {
  const paths: string[] = [];
  for (const file of files) {
    const pause = pace();
    if (pause !== undefined) await pause;
    if (refusal(file) === undefined) paths.push(file.path);
  }
  return paths;
}

function refusalOf(
  file: ListedFile,
  maxFileBytes: number,
  refusedPath: (path: string) => Refusal | undefined,
): Refusal | undefined {
  if (file.kind === "submodule") return { class: "skipped", reason: "SUBMODULE" };
  const refused = listedRefusal(file.refusal) ?? refusedPath(file.path);
  if (refused?.facts === true && file.size >= 0 && file.size <= longestLockFile) return undefined;
  if (refused !== undefined) return { class: refused.class, reason: refused.reason };
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
