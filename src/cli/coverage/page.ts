import type { CoverageReport, CoverageSummary } from "../../../gen/knowledge/v1/ingest_service.ts";
import { escapeHtml } from "../escape-html.ts";
import { printable } from "../printable.ts";
import { selfContainedPage } from "../self-contained-page.ts";
import { artifactTypeName, className, rangesText } from "./entry-words.ts";
import { lifecyclePart } from "./lifecycle-part.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import type { WholeCoverage } from "./read-coverage.ts";
import { fileShare, percent, trend } from "./trend.ts";

const classes = ["indexed", "partial", "skipped", "excluded"] as const;
const number = new Intl.NumberFormat("en");

/** A report as one self-contained page. */
export function coveragePage({ report, entries, history, lifecycle }: WholeCoverage): string {
  const { summary, revision } = report;
  if (summary === undefined || revision === undefined) throw new Error("a coverage report without its sums");
  const title = `Coverage of ${revision.source}`;
  const body = `<header class="page">
<h1>${escapeHtml(title)}</h1>
${facts(report)}
</header>
<main>
<section class="card" aria-label="Summary">
${summaryPart(report, summary)}
</section>
<section aria-label="Trend">${trend(history)}</section>
<div class="cards">
${bars("By artifact type", summary.byArtifactType)}
${bars("Why files are not, or not wholly, indexed", summary.byReason)}
</div>
${removed(summary)}
${lifecyclePart(lifecycle)}
<section class="card" aria-labelledby="files">
<h2 id="files">Files</h2>
${table()}
</section>
</main>
<footer>Report <code>${escapeHtml(report.reportId)}</code>. Tracked files are those of <code>git ls-files</code>; each is in exactly one class.</footer>`;
  return selfContainedPage({ title, style: pageStyle, script: pageScript, data: rows(entries), body });
}

function facts({ generatedAt, revision, commitsBehind, schedule }: CoverageReport): string {
  const time = (at: Date | undefined) => (at ? `<time datetime="${at.toISOString()}">${utc(at)}</time>` : "never");
  const facts = [
    `<span>Written <b>${time(generatedAt)}</b></span>`,
    revision?.commit ? `<span>Commit <code>${escapeHtml(revision.commit.slice(0, 12))}</code></span>` : "",
    revision?.dirty ? "<span>with uncommitted changes</span>" : "",
    `<span>Indexed <b>${time(revision?.indexedAt)}</b></span>`,
    commitsBehind > 0 ? `<span><b>${commitsBehind}</b> commit(s) behind HEAD</span>` : "",
    commitsBehind === 0 ? "<span>up to date with HEAD</span>" : "",
    schedule
      ? `<span>Schedule <code>${escapeHtml(schedule.cron)}</code> ${escapeHtml(schedule.timeZone)}, last ${time(schedule.lastRunAt)}, next ${schedule.paused ? "paused" : time(schedule.nextRunAt)}</span>`
      : "",
  ];
  return `<p class="facts">${facts.filter((fact) => fact !== "").join("")}</p>`;
}

function utc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function summaryPart(report: CoverageReport, summary: CoverageSummary): string {
  const share = fileShare(report);
  const counts = classes.map((one) => `${number.format(summary[one])} ${one}`).join(", ");
  const parts = classes.filter((one) => summary[one] > 0);
  return `<div class="hero">
<span class="share figure">${share === undefined ? "no files" : percent(share)}</span>
<span class="of figure">of ${number.format(summary.tracked)} tracked files wholly indexed: ${number.format(summary.linesIndexed)} lines in ${number.format(summary.chunks)} chunks, of ${number.format(summary.lines)} lines with generated and binary files</span>
</div>
<svg class="trend" viewBox="0 0 1000 18" preserveAspectRatio="none" height="18" role="img" aria-label="${escapeHtml(`${number.format(summary.tracked)} tracked files: ${counts}`)}">${stack(summary, parts)}</svg>
<ul class="legend">${classes
    .map(
      (one) =>
        `<li class="${one}"><button type="button" class="pill ${one}" data-class="${one}" aria-pressed="false"><span class="dot" aria-hidden="true"></span><b>${number.format(summary[one])}</b> ${one} <span class="quiet">${percent(summary.tracked === 0 ? 0 : summary[one] / summary.tracked)}</span></button></li>`,
    )
    .join("")}</ul>`;
}

type Class = (typeof classes)[number];

/** Drawn, not styled: the page's policy takes no inline styles. Each class that has a file is seen. */
function stack(summary: CoverageSummary, parts: readonly Class[]): string {
  const least = 6;
  const room = 1_000 - least * parts.length;
  let x = 0;
  return parts
    .map((one) => {
      const wide = least + (room * summary[one]) / Math.max(1, summary.tracked);
      const rect = `<rect class="${one}" x="${x.toFixed(1)}" y="0" width="${Math.max(0, wide - 2).toFixed(1)}" height="18" rx="3"><title>${number.format(summary[one])} ${one}</title></rect>`;
      x += wide;
      return rect;
    })
    .join("");
}

/** Bars shown; the rest is in the table's filters. */
const mostBars = 12;

function bars(title: string, counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const most = Math.max(1, ...sorted.map(([, count]) => count));
  const lines = sorted.slice(0, mostBars).map(([name, count]) => {
    const wide = ((count / most) * 100).toFixed(1);
    return `<tr><th scope="row">${escapeHtml(printable(name))}</th><td><svg class="trend" viewBox="0 0 100 8" preserveAspectRatio="none" height="8" aria-hidden="true"><rect class="bar-fill" width="${wide}" height="8" rx="1"/></svg></td><td class="n">${number.format(count)}</td></tr>`;
  });
  const more = sorted.length > mostBars ? `<p class="quiet">and ${sorted.length - mostBars} more</p>` : "";
  const inside =
    lines.length === 0 ? `<p class="quiet">None.</p>` : `<table class="bars">${lines.join("")}</table>${more}`;
  return `<section class="card"><h2>${escapeHtml(title)}</h2>${inside}</section>`;
}

function removed({ removedPaths }: CoverageSummary): string {
  if (removedPaths.length === 0) return "";
  const items = removedPaths.map((path) => `<li><code>${escapeHtml(printable(path))}</code></li>`).join("");
  return `<section class="card"><details><summary>${number.format(removedPaths.length)} file(s) removed since the report before</summary><ul>${items}</ul></details></section>`;
}

const heads: readonly (readonly [column: number, title: string, number: boolean])[] = [
  [0, "Path", false],
  [1, "Class", false],
  [2, "Reason", false],
  [3, "Type", false],
  [4, "Language", false],
  [5, "Subsystem", false],
  [6, "Chunks", true],
  [7, "Lines", true],
  [8, "Indexed", true],
  [9, "Lines not indexed", false],
  [10, "Commit", false],
  [11, "Changed", false],
];
const filters = [1, 2, 3, 4, 5];

function table(): string {
  const selects = filters.map((column) => {
    const title = heads[column]![1];
    return `<label>${title}<select data-column="${column}"><option value="">all</option></select></label>`;
  });
  const columns = heads.map(
    ([column, title, isNumber]) =>
      `<th scope="col" data-column="${column}" aria-sort="none"${isNumber ? ' class="n"' : ""}><button type="button">${title}</button></th>`,
  );
  const sizes = [50, 100, 500].map((size) => `<option${size === 100 ? " selected" : ""}>${size}</option>`);
  return `<noscript><p>The table of files needs JavaScript; the sums above do not. <code>gateway coverage export --format csv</code> writes the same rows.</p></noscript>
<div class="tools" role="search">
<label class="wide">Path holds<input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="src test.ts"></label>
${selects.join("")}
<button type="button" id="clear">Clear</button>
</div>
<div class="scroll"><table class="files"><thead><tr>${columns.join("")}</tr></thead><tbody id="rows"></tbody></table></div>
<div class="pager"><span class="figure" id="count" role="status" aria-live="polite"></span>
<label>Rows <select id="size">${sizes.join("")}</select></label>
<button type="button" id="first">First</button><button type="button" id="before">Previous</button><button type="button" id="next">Next</button><button type="button" id="last">Last</button></div>`;
}

/** Rows with their repeating words numbered: half the size of objects, for 50,000 of them. */
function rows(entries: WholeCoverage["entries"]): {
  readonly words: readonly string[];
  readonly rows: readonly unknown[];
} {
  const numbers = new Map<string, number>();
  const word = (text: string) => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const all = entries.map((entry) => [
    entry.path,
    word(className(entry.coverageClass)),
    word(entry.reason),
    word(artifactTypeName(entry.artifactType)),
    word(entry.language),
    word(entry.subsystem),
    entry.chunks,
    entry.lines,
    entry.linesIndexed,
    rangesText(entry.notIndexed),
    word(entry.commit),
    entry.updatedAt?.getTime() ?? 0,
  ]);
  return { words: [...numbers.keys()], rows: all };
}
