import { integer } from "../parsers.ts";
import { type Values, variable } from "../variable.ts";

export interface CoverageConfig {
  readonly historyLimit: number;
}

export const coverageVariables = {
  historyLimit: variable({
    name: "KM_COVERAGE_HISTORY_LIMIT",
    summary: "Coverage reports of a source that are kept; older ones are deleted.",
    default: "30",
    reason: "A month of nightly reports shows a trend, at about a megabyte each for 50,000 files.",
    parser: integer(1, 1_000),
  }),
};

export function coverageConfig(values: Values<typeof coverageVariables>): CoverageConfig {
  return values;
}
