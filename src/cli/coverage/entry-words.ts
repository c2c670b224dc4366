import { CoverageClass, type CoverageEntry } from "../../../gen/knowledge/v1/ingest_service.ts";
import { ArtifactType, type LineRange } from "../../../gen/knowledge/v1/types.ts";
import { wireWord } from "../wire-value.ts";

export function className(value: CoverageClass): string {
  return wireWord(CoverageClass, "COVERAGE_CLASS", value);
}

export function artifactTypeName(value: CoverageEntry["artifactType"]): string {
  return wireWord(ArtifactType, "ARTIFACT_TYPE", value);
}

/** "3-9 12": ranges with both ends, single lines alone. */
export function rangesText(ranges: readonly LineRange[]): string {
  return ranges.map(({ start, end }) => (start === end ? String(start) : `${start}-${end}`)).join(" ");
}
