import type {
  CoverageClass as WireClass,
  CoverageEntry as WireEntry,
  CoverageReport as WireReport,
} from "../../../../gen/knowledge/v1/ingest_service.ts";
import {
  artifactTypes,
  type CoverageClass,
  type CoverageEntry,
  type CoverageReport,
  coverageClasses,
  invalid,
} from "../../../domain/mod.ts";
import { toDate, toRevision } from "../wire.ts";

/** The contract numbers classes and artifact types from 1 in the domain's order. */
export function fromClass(value: WireClass): CoverageClass {
  const known = coverageClasses[value - 1];
  if (known === undefined) throw invalid("classes", `${value} is no coverage class`);
  return known;
}

function toClass(one: CoverageClass): WireClass {
  return (coverageClasses.indexOf(one) + 1) as WireClass;
}

export function toEntry({ coverageClass, artifactType, notIndexed, updatedAt, ...entry }: CoverageEntry): WireEntry {
  return {
    ...entry,
    coverageClass: toClass(coverageClass),
    artifactType: (artifactTypes.indexOf(artifactType) + 1) as WireEntry["artifactType"],
    notIndexed: notIndexed.map(({ start, end }) => ({ start, end })),
    updatedAt: toDate(updatedAt),
  };
}

/** `withRemoved`: with the removed paths, which can be many: lists and later pages go without. */
export function toReport(report: CoverageReport, withRemoved: boolean): WireReport {
  const { reportId, generatedAt, revision, runId, summary, commitsBehind } = report;
  return {
    reportId,
    generatedAt: toDate(generatedAt),
    revision: toRevision(revision),
    runId,
    summary: {
      ...summary,
      byArtifactType: { ...summary.byArtifactType },
      byReason: { ...summary.byReason },
      removedPaths: withRemoved ? [...summary.removedPaths] : [],
    },
    schedule: undefined,
    commitsBehind,
  };
}
