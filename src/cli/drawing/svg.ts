import { escapeHtml } from "../escape-html.ts";
import { drawingStyle } from "./drawing-style.ts";
import type { Box, Drawing, Line, Point } from "./lay-out.ts";
import { boxClass, drawable, edgeGroups, kindWord, nameOf } from "./words.ts";

export interface SvgOptions {
  /** Id of the node that stands out. */
  readonly middle: string;
  /** What the picture shows, for those who don't see it. */
  readonly label: string;
  /** Whether it stands alone, with its own style; else the page around it has that. */
  readonly alone: boolean;
}

/** Lines that are few enough to say their kind on each. */
const mostLabels = 24;

/** The drawing as SVG. Names go in as text; nothing in it runs, and it asks for nothing. */
export function toSvg(drawing: Drawing, { middle, label, alone }: SvgOptions): string {
  const width = Math.ceil(drawing.width);
  const height = Math.ceil(drawing.height);
  const labelled = drawing.lines.length <= mostLabels;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="drawing" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="${alone ? "img" : "group"}" aria-label="${escapeHtml(drawable(label))}">`,
    alone ? `<style>${drawingStyle}</style>` : "",
    `<defs>${[...edgeGroups.keys()].map(arrow).join("")}</defs>`,
    `<g>${drawing.lines.map((line, n) => lineOf(line, n, drawing, labelled)).join("\n")}</g>`,
    `<g>${drawing.boxes.map((box, n) => boxOf(box, n, box.node.nodeId === middle, alone)).join("\n")}</g>`,
    "</svg>",
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function arrow(group: string): string {
  return `<marker id="to-${group}" class="${group}" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0.5 0.8 L7.5 4 L0.5 7.2 z"/></marker>`;
}

function lineOf(
  { from, to, kinds, group, possible, points, label }: Line,
  n: number,
  drawing: Drawing,
  labelled: boolean,
) {
  const names = [from, to].map((end) => nameOf(drawing.boxes[end]!.node));
  const says = `${kinds.join(", ")}${possible ? " (possible)" : ""}`;
  const text = `<text${labelled ? "" : ' class="more"'} x="${round(label.x)}" y="${round(label.y)}">${escapeHtml(kinds.join(", "))}</text>`;
  return `<g class="line ${group}${possible ? " possible" : ""}" data-line="${n}"><title>${escapeHtml(`${names[0]} ${says} ${names[1]}`)}</title><path d="${curve(points)}" marker-end="url(#to-${group})"/>${text}</g>`;
}

function boxOf({ node, x, y, width, height, name, under }: Box, n: number, middle: boolean, alone: boolean): string {
  const label = escapeHtml(`${kindWord(node)} ${nameOf(node)}`);
  const reach = alone ? "" : ` tabindex="0" role="button" aria-label="${label}"`;
  return `<g class="box ${boxClass(node)}${middle ? " middle" : ""}" data-box="${n}" transform="translate(${round(x)} ${round(y)})"${reach}><title>${escapeHtml(drawable(node.nodeId))}</title><rect class="card" width="${width}" height="${height}" rx="7"/><path class="mark" d="M7 0 H5 a5 5 0 0 0 -5 5 V${height - 5} a5 5 0 0 0 5 5 H7 z"/><text class="name" x="16" y="19">${escapeHtml(name)}</text><text class="under" x="16" y="34.5">${escapeHtml(under)}</text></g>`;
}

/** Level at each point, so that lines flow from left to right. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let before = first;
  const parts = [`M${round(first.x)} ${round(first.y)}`];
  for (const point of rest) {
    const half = round((before.x + point.x) / 2);
    parts.push(`C${half} ${round(before.y)} ${half} ${round(point.y)} ${round(point.x)} ${round(point.y)}`);
    before = point;
  }
  return parts.join(" ");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
