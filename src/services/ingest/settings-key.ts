import { createHash } from "node:crypto";
import { canonicalJson } from "../../domain/mod.ts";
import type { Source } from "../../ports/mod.ts";
import type { Rules } from "./ingest-settings.ts";

/** Raised when the rules that are code change, so that the next run judges every file anew. */
export const rulesVersion = 3;

/**
 * What decides an index's content beside the tree and the embedder, as far as it is known without a listing. A
 * revision's configuration begins with it, so that a look at HEAD can tell whether anything differs.
 */
export function settingsKey(source: Pick<Source, "identity">, rules: Rules): string {
  const { maxFileBytes, secretPathsExtra = [], secretAllow = [] } = rules;
  const decisive = canonicalJson([rulesVersion, maxFileBytes, secretPathsExtra, secretAllow, source.identity ?? ""]);
  return createHash("sha256").update(decisive).digest("hex").slice(0, 16);
}
