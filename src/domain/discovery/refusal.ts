import type { CoverageClass, CoverageReason } from "../coverage.ts";

/** Why a file is not indexed, judged without its content. */
export interface Refusal {
  readonly class: Extract<CoverageClass, "skipped" | "excluded">;
  /** UPPER_SNAKE when skipped; the rule when excluded. */
  readonly reason: CoverageReason;
  /** Whether it is read all the same, for what it says of packages. Absent for not. */
  readonly facts?: true;
}

/** How a listing says that the operator's own rule leaves a file out; anything else it says is a reason to skip. */
const excluded = "EXCLUDED:";

/** The refusal of a file that a rule excludes, as `ListedFile.refusal` carries it. */
export function excludedBy(rule: string): string {
  return `${excluded}${rule}`;
}

/** Reads `ListedFile.refusal`; undefined when the file may be indexed. */
export function listedRefusal(refusal: string): Refusal | undefined {
  if (refusal === "") return undefined;
  return refusal.startsWith(excluded)
    ? { class: "excluded", reason: refusal.slice(excluded.length) }
    : { class: "skipped", reason: refusal };
}
