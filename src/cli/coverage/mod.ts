/** A coverage report as the command hands it out: fetched whole, in words, as CSV, as one page. */
export { coverageCsv } from "./csv.ts";
export { className, rangesText } from "./entry-words.ts";
export { coveragePage } from "./page.ts";
export { type CoverageAsk, coveragePages, type WholeCoverage, wholeCoverage } from "./read-coverage.ts";
export { fileShare, percent } from "./trend.ts";
