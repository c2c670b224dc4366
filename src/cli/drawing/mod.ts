/** Draws a part of the graph, as a picture or as a page that a browser shows. */
import type { Subgraph } from "../../../gen/knowledge/v1/graph_service.ts";
import { layOut } from "./lay-out.ts";
import { toSvg } from "./svg.ts";

export { drawingPage, type Titled } from "./page.ts";

/** A drawing as SVG that stands alone. */
export function drawingSvg(
  subgraph: Subgraph,
  { middle, title }: { readonly middle: string; readonly title: string },
): string {
  return toSvg(layOut(subgraph), { middle, label: title, alone: true });
}
