import type { Sample } from "./sampler.ts";
import type { Count } from "./tally.ts";
import type { Finding } from "./verdict.ts";

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly of: (sample: Sample) => number;
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

const panels: readonly Panel[] = [
  {
    title: "Memory, MB",
    lines: [
      { name: "resident", colour: "#1f5fa8", of: ({ residentMb }) => residentMb },
      { name: "heap of the main thread", colour: "#c2571a", of: ({ heapMb }) => heapMb },
    ],
  },
  {
    title: "Descriptors, handles, threads",
    lines: [
      { name: "descriptors", colour: "#1f5fa8", of: ({ descriptors }) => descriptors },
      { name: "handles", colour: "#c2571a", of: ({ handles }) => handles },
      { name: "threads", colour: "#4c8c2b", of: ({ threads }) => threads },
    ],
  },
  {
    title: "Event loop at its latest, ms (bounds of the histogram)",
    lines: [{ name: "late", colour: "#7a3fa0", of: ({ loopMs }) => loopMs }],
  },
  {
    title: "Calls a second",
    lines: [{ name: "calls", colour: "#1f5fa8", of: ({ callsPerSecond }) => callsPerSecond }],
  },
  {
    title: "Cores busy",
    lines: [{ name: "gateway, all threads", colour: "#c2571a", of: ({ cores }) => cores }],
  },
];

const width = 900;
const height = 180;
const margin = { left: 56, right: 12, top: 28, bottom: 22 };

/** A page that needs nothing else: the run's figures over time, its statuses, and what was found. */
export function page(
  title: string,
  samples: readonly Sample[],
  counts: readonly Count[],
  findings: readonly Finding[],
): string {
  const verdict = findings.map(
    ({ what, ok, says }) =>
      `<tr class="${ok ? "ok" : "bad"}"><td>${ok ? "ok" : "FAIL"}<td>${text(what)}<td>${text(says)}`,
  );
  const statuses = counts.map(
    ({ kind, status, calls, expected, example }) =>
      `<tr class="${expected ? "ok" : "bad"}"><td>${text(kind)}<td>${text(status)}<td>${calls}<td>${text(example)}`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${text(title)}</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .2rem .6rem; text-align: left; vertical-align: top }
tr.bad td { background: #fbe3e0 } tr.ok td:first-child { color: #2d6a1e } svg { width: 100%; height: auto }
</style>
<h1>${text(title)}</h1>
<table>${verdict.join("\n")}</table>
${panels.map((panel) => drawn(panel, samples)).join("\n")}
<p>Grey lines are switches of generation.</p>
<table><tr><th>call<th>status<th>calls<th>first message</tr>
${statuses.join("\n")}</table>
</html>
`;
}

function drawn({ title, lines }: Panel, samples: readonly Sample[]): string {
  const end = samples.at(-1)?.seconds ?? 1;
  const values = samples.flatMap((sample) => lines.map(({ of }) => of(sample))).filter(Number.isFinite);
  const top = Math.max(1, ...values) * 1.05;
  const x = (seconds: number) => margin.left + (seconds / end) * (width - margin.left - margin.right);
  const y = (value: number) => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(top * share);
    const label = (top * share).toFixed(top < 10 ? 1 : 0);
    return `<path d="M${margin.left} ${at}H${width - margin.right}" stroke="#ddd"/><text x="${margin.left - 6}" y="${at + 4}" text-anchor="end">${label}</text>`;
  });
  const step = [10, 30, 60, 120, 300, 600].find((seconds) => end / seconds <= 12) ?? 1_200;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step).map(
    (seconds) => `<text x="${x(seconds)}" y="${height - 6}" text-anchor="middle">${clock(seconds)}</text>`,
  );
  const switches = samples
    .filter(({ switches: now }, at) => now > (samples[at - 1]?.switches ?? 0))
    .map(
      ({ seconds }) => `<path d="M${x(seconds).toFixed(1)} ${margin.top}V${height - margin.bottom}" stroke="#e4e4e4"/>`,
    );
  const paths = lines.map(({ of, colour }) => {
    const points = samples.filter((sample) => Number.isFinite(of(sample)));
    const d = points.map(
      (sample, at) => `${at === 0 ? "M" : "L"}${x(sample.seconds).toFixed(1)} ${y(of(sample)).toFixed(1)}`,
    );
    return `<path d="${d.join("")}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  const legend = lines.map(
    ({ name, colour }, at) =>
      `<text x="${width - margin.right - at * 180}" y="16" text-anchor="end" fill="${colour}">${text(name)}</text>`,
  );
  const inside = [...switches, ...grid, ...ticks, ...paths, ...legend];
  return `<svg viewBox="0 0 ${width} ${height}" font-size="11" fill="#555" role="img"><text x="${margin.left}" y="16" font-weight="bold">${text(title)}</text>${inside.join("")}</svg>`;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
}

function text(raw: string): string {
  return raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
