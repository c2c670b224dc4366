import { parseCodeOwners } from "../../../domain/discovery/mod.ts";
import type { OwnerFact } from "../../../domain/graph/mod.ts";

/** The rules of a CODEOWNERS file, as the file has them. */
export function ownerFacts(path: string, text: string): OwnerFact[] {
  return parseCodeOwners(path, text).rules.map(({ pattern, owners, line }) => ({
    pattern,
    owners,
    lines: { start: line, end: line },
  }));
}
