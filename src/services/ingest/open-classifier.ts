import { createHash } from "node:crypto";
import { artifactTypeOf, languageOf, listedRefusal, pathRefusal, type Refusal } from "../../domain/discovery/mod.ts";
import { canonicalJson } from "../../domain/mod.ts";
import type { ListedFile, Source } from "../../ports/mod.ts";
import type { Classifier } from "./classify.ts";

/** Raised when the rules that are code change, so that the next run judges every file anew. */
const rulesVersion = 1;

/** Reads the manifests of a listing and makes the rules of this run. */
export async function openClassifier(
  _source: Source,
  _files: readonly ListedFile[],
  maxFileBytes: number,
  _signal: AbortSignal,
): Promise<Classifier> {
  const decisive = canonicalJson([rulesVersion, maxFileBytes]);
  return {
    configuration: createHash("sha256").update(decisive).digest("hex").slice(0, 32),
    languageOf,
    artifactTypeOf,
    place: (path) => ({ subsystem: path.includes("/") ? path.slice(0, path.indexOf("/")) : "", tags: [] }),
    refusal(file): Refusal | undefined {
      if (file.kind === "submodule") return { class: "skipped", reason: "SUBMODULE" };
      const refused = listedRefusal(file.refusal) ?? pathRefusal(file.path);
      if (refused !== undefined) return refused;
      if (file.size < 0) return { class: "skipped", reason: "MISSING" };
      return file.size > maxFileBytes ? { class: "skipped", reason: "TOO_LARGE" } : undefined;
    },
  };
}
