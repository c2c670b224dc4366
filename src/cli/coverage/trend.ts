import type { CoverageReport } from "../../../gen/knowledge/v1/ingest_service.ts";
import { escapeHtml } from "../escape-html.ts";

const classes = ["indexed", "partial", "skipped", "excluded"] as const;
const width = 640;
const height = 150;
const left = 52;
const bottom = 22;
const top = 10;
/** More columns than this would be thinner than a few pixels. */
const mostColumns = 60;

/**
 * The share of tracked files that are wholly indexed; undefined when there are none. Of files, not of lines: one
 * generated file has more lines than all that people wrote beside it.
 */
export function fileShare({ summary }: CoverageReport): number | undefined {
  return summary === undefined || summary.tracked === 0 ? undefined : summary.indexed / summary.tracked;
}

/** Rounded down, so that only all of it reads "100 %". */
export function percent(share: number, digits = 1): string {
  const scale = 10 ** digits;
  const value = Math.floor(share * 100 * scale + 1e-9) / scale;
  return `${value.toFixed(value === 100 ? 0 : digits)} %`;
}

const day = (report: CoverageReport) => report.generatedAt?.toISOString().slice(0, 16).replace("T", " ") ?? "";
const round = (value: number) => Math.round(value * 10) / 10;

/** Two drawings over the reports that are kept, oldest first: files by class, and the share of them wholly indexed. */
export function trend(history: readonly CoverageReport[]): string {
  const reports = [...history].reverse().slice(-mostColumns);
  if (reports.length < 2) return `<p class="quiet">The trend begins with the second report.</p>`;
  return `<div class="cards"><figure class="card"><h2>Files by class</h2>${columns(reports)}</figure>
<figure class="card"><h2>Files wholly indexed</h2>${curve(reports)}</figure></div>`;
}

function frame(label: string, reports: readonly CoverageReport[], high: string, low: string, inside: string): string {
  const first = escapeHtml(day(reports[0]!));
  const last = escapeHtml(day(reports.at(-1)!));
  return `<svg class="trend" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}">
<line class="grid" x1="${left}" x2="${width}" y1="${top}" y2="${top}"/><line class="grid" x1="${left}" x2="${width}" y1="${height - bottom}" y2="${height - bottom}"/>
<text x="${left - 8}" y="${top + 4}" text-anchor="end">${high}</text><text x="${left - 8}" y="${height - bottom + 4}" text-anchor="end">${low}</text>
<text x="${left}" y="${height - 4}">${first}</text><text x="${width}" y="${height - 4}" text-anchor="end">${last}</text>
${inside}</svg>`;
}

function columns(reports: readonly CoverageReport[]): string {
  const most = Math.max(1, ...reports.map(({ summary }) => summary?.tracked ?? 0));
  const step = (width - left) / reports.length;
  const scale = (height - bottom - top) / most;
  const drawn = reports.map((report, i) => {
    const { summary } = report;
    if (summary === undefined) return "";
    let y = height - bottom;
    const parts = classes.map((one) => {
      const tall = summary[one] * scale;
      y -= tall;
      return tall === 0
        ? ""
        : `<rect class="${one}" x="${round(left + i * step + step * 0.12)}" y="${round(y)}" width="${round(step * 0.76)}" height="${round(tall)}"/>`;
    });
    const told = classes.map((one) => `${summary[one]} ${one}`).join(", ");
    return `<g><title>${escapeHtml(`${day(report)}: ${told}`)}</title>${parts.join("")}</g>`;
  });
  const label = `Files by class in ${reports.length} reports, at most ${most}`;
  return frame(label, reports, String(most), "0", drawn.join(""));
}

function curve(reports: readonly CoverageReport[]): string {
  const shares = reports.map((report) => fileShare(report) ?? 0);
  const lowest = Math.min(...shares);
  // At least a tenth is drawn, so that a small change does not look like a fall.
  const floor = Math.max(0, Math.min(lowest, 0.9) - (lowest < 0.9 ? 0.05 : 0));
  const x = (i: number) => round(left + 8 + (i * (width - left - 16)) / (reports.length - 1));
  const y = (share: number) => round(height - bottom - ((share - floor) / (1 - floor)) * (height - bottom - top));
  const points = shares.map((share, i) => `${x(i)},${y(share)}`).join(" ");
  const dots = shares.map((share, i) => {
    const title = escapeHtml(`${day(reports[i]!)}: ${percent(share, 2)} of files`);
    return `<circle class="point" cx="${x(i)}" cy="${y(share)}" r="3.5"><title>${title}</title></circle>`;
  });
  const label = `Share of files wholly indexed in ${reports.length} reports, now ${percent(shares.at(-1) ?? 0)}`;
  const inside = `<polyline class="curve" points="${points}"/>${dots.join("")}`;
  return frame(label, reports, "100 %", percent(floor, 0), inside);
}
