import { createHash } from "node:crypto";
import type { Subgraph } from "../../../gen/knowledge/v1/graph_service.ts";
import { escapeHtml, jsonForScript } from "../escape-html.ts";
import { drawingStyle } from "./drawing-style.ts";
import { type Drawing, layOut } from "./lay-out.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { toSvg } from "./svg.ts";
import { drawable, edgeGroups, kindWord, nameOf, whereOf } from "./words.ts";

const style = `${drawingStyle}${pageStyle}`;
const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export interface Titled {
  /** Id of the node that was asked for. */
  readonly middle: string;
  readonly title: string;
}

/**
 * A drawing as one page that needs nothing else: no other file, no network. Its policy lets its own style and script run
 * and nothing more, so that even a mistake in escaping could not run what a thing is called.
 */
export function drawingPage(subgraph: Subgraph, { middle, title }: Titled): string {
  const drawing = layOut(subgraph);
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(pageScript)}; img-src data:; base-uri 'none'; form-action 'none'`;
  const said = `${count(drawing.boxes.length, "node")}, ${count(drawing.lines.length, "line")}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(drawable(title))}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(drawable(title))}</h1>
<p><code>${escapeHtml(drawable(middle))}</code></p>
<p>${said}${subgraph.truncated ? "; there is more around it" : ""}${drawing.lines.some(({ possible }) => possible) ? "; dashed is possible, not certain" : ""}</p>
${legend(drawing)}
</header>
<main class="stage">
${toSvg(drawing, { middle, label: title, alone: false })}
</main>
<aside id="panel" aria-live="polite" hidden></aside>
<div class="zoom"><button type="button" data-zoom="out" aria-label="Smaller">−</button><button type="button" data-zoom="fit">Fit</button><button type="button" data-zoom="in" aria-label="Larger">+</button></div>
<script type="application/json" id="data">${jsonForScript(dataOf(drawing, middle))}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}

function legend({ lines }: Drawing): string {
  const used = [...edgeGroups].filter(([group]) => lines.some((line) => line.group === group));
  const items = used.map(
    ([group, { says }]) =>
      `<li class="${group}"><button type="button" data-group="${group}" aria-pressed="true"><span class="stroke" aria-hidden="true"></span>${says}</button></li>`,
  );
  return items.length === 0 ? "" : `<ul class="legend" aria-label="Lines">${items.join("")}</ul>`;
}

/** Attributes that a reader of the panel wants; the others are in the node's place or in its kind. */
const told = ["description", "criticality", "origin", "language", "artifact_type"];

function dataOf({ boxes, lines }: Drawing, middle: string) {
  return {
    middle: boxes.findIndex(({ node }) => node.nodeId === middle),
    boxes: boxes.map(({ node, x, y, width, height }) => ({
      id: drawable(node.nodeId),
      name: nameOf(node),
      kind: kindWord(node),
      where: whereOf(node),
      facts: told.flatMap((name) => {
        const value = node.attributes[name];
        return value === undefined || value === "" ? [] : [[name.replace("_", " "), drawable(value)]];
      }),
      x,
      y,
      width,
      height,
    })),
    lines: lines.map(({ from, to, kinds, group, possible, evidence }) => ({
      from,
      to,
      kinds,
      group,
      possible,
      evidence,
    })),
  };
}
