import type { Subgraph } from "../../../gen/knowledge/v1/graph_service.ts";
import { escapeHtml } from "../escape-html.ts";
import { selfContainedPage } from "../self-contained-page.ts";
import { drawingStyle } from "./drawing-style.ts";
import { type Drawing, layOut } from "./lay-out.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { toSvg } from "./svg.ts";
import { drawable, edgeGroups, kindWord, nameOf, whereOf } from "./words.ts";

const style = `${drawingStyle}${pageStyle}`;

export interface Titled {
  /** Id of the node that was asked for. */
  readonly middle: string;
  readonly title: string;
}

/** A drawing as one self-contained page. */
export function drawingPage(subgraph: Subgraph, { middle, title }: Titled): string {
  const drawing = layOut(subgraph);
  const said = `${count(drawing.boxes.length, "node")}, ${count(drawing.lines.length, "line")}`;
  const body = `<header>
<h1>${escapeHtml(drawable(title))}</h1>
<p><code>${escapeHtml(drawable(middle))}</code></p>
<p>${said}${subgraph.truncated ? "; there is more around it" : ""}${drawing.lines.some(({ possible }) => possible) ? "; dashed is possible, not certain" : ""}</p>
${legend(drawing)}
</header>
<main class="stage">
${toSvg(drawing, { middle, label: title, alone: false })}
</main>
<aside id="panel" aria-live="polite" hidden></aside>
<div class="zoom"><button type="button" data-zoom="out" aria-label="Smaller">−</button><button type="button" data-zoom="fit">Fit</button><button type="button" data-zoom="in" aria-label="Larger">+</button></div>`;
  return selfContainedPage({ title: drawable(title), style, script: pageScript, data: dataOf(drawing, middle), body });
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
