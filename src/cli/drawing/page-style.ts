/** What surrounds the drawing in its page: a head with a legend, a panel that tells of a node, buttons. */
export const pageStyle = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
.stage { overflow: auto; }
body.live { overflow: hidden; }
body.live .stage { position: fixed; inset: 0; overflow: hidden; touch-action: none; cursor: grab; }
body.live .stage.held { cursor: grabbing; }
body.live svg.drawing { width: 100%; height: 100%; display: block; }
header { padding: 1rem 1.2rem; max-width: min(34rem, 100%); }
body.live header, aside, .zoom { position: fixed; z-index: 1; background: var(--card); border: 1px solid var(--rim); border-radius: 12px; box-shadow: 0 4px 18px rgb(0 0 0 / .12); }
body.live header { left: 1rem; top: 1rem; max-width: min(30rem, calc(100vw - 2rem)); }
h1 { font-size: 1.15rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 0 2rem .2rem 0; overflow-wrap: anywhere; }
h3 { font-size: .82rem; color: var(--soft); margin: 1rem 0 .3rem; font-weight: 600; }
p { margin: .25rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
button { font: inherit; color: inherit; background: transparent; border: 1px solid var(--rim); border-radius: 999px; padding: .15rem .7rem; cursor: pointer; }
button:hover { background: var(--hover); }
button:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem; margin: .7rem 0 0; padding: 0; list-style: none; }
.legend button[aria-pressed="false"] { text-decoration: line-through; color: var(--soft); border-style: dashed; }
.stroke { display: inline-block; width: 1.1rem; height: 3px; border-radius: 2px; background: var(--c); vertical-align: .22em; margin-right: .45rem; }
aside { right: 1rem; top: 1rem; width: min(24rem, calc(100vw - 2rem)); max-height: calc(100vh - 6rem); overflow: auto; padding: 1rem 1.2rem; }
aside[hidden] { display: none; }
aside .close { position: absolute; right: .8rem; top: .8rem; border: 0; padding: .1rem .5rem; }
aside ul { list-style: none; margin: 0; padding: 0; }
aside li { margin: 0 0 .35rem; }
aside li button { display: block; width: 100%; text-align: left; border-radius: 7px; padding: .25rem .5rem; overflow-wrap: anywhere; border-left: 4px solid var(--c); }
aside li small { color: var(--soft); }
.zoom { right: 1rem; bottom: 1rem; display: none; overflow: hidden; }
body.live .zoom { display: flex; }
.zoom button { border: 0; border-radius: 0; min-width: 2.4rem; min-height: 2.4rem; padding: 0 .6rem; }
.zoom button + button { border-left: 1px solid var(--rim); }
.drawing .box, .drawing .line { transition: opacity .12s; }
body.live .drawing .box { cursor: pointer; }
.drawing .box:focus { outline: none; }
.drawing .box:focus-visible .card, .drawing .box.chosen .card { stroke: var(--focus); stroke-width: 2.5; }
.drawing.pointed .box, .drawing.pointed .line { opacity: .18; }
.drawing.pointed .on { opacity: 1; }
.drawing.pointed .line.on path { stroke-width: 2.4; }
.drawing.pointed .line.on text { display: inline; }
.drawing .line.off { display: none; }
@media (max-width: 40rem) {
  body.live header { padding: .7rem .9rem; } .legend { display: none; }
  aside { top: auto; bottom: 4.2rem; max-height: 45vh; }
}
@media print { header, aside, .zoom { display: none; } }
@media (prefers-reduced-motion: reduce) { .drawing .box, .drawing .line { transition: none; } }
`;
