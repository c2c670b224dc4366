/** The page's style sheet; light or dark as the reader's system is. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #566273; --line: #dfe4ea; --hover: #eef2f6; --focus: #1d6fe0;
  --indexed: #12825f; --partial: #c27a06; --skipped: #7d8a99; --excluded: #7a5ac2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151b; --card: #182028; --ink: #e6ebf0; --soft: #9daab8; --line: #2b3641; --hover: #212b35; --focus: #6ea8ff;
    --indexed: #35b98c; --partial: #e0a33b; --skipped: #8593a2; --excluded: #a58be6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}
main, header.page { max-width: 88rem; margin: 0 auto; }
header.page { margin-bottom: 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .35rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 0 0 .9rem; }
.facts { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0; color: var(--soft); }
.facts b { color: var(--ink); font-weight: 600; }
code, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.4rem; margin-bottom: 1rem; min-width: 0; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); margin-bottom: 1rem; }
.cards .card { margin: 0; }
figure.card > svg.trend { height: auto; }
.hero { display: flex; flex-wrap: wrap; gap: .4rem 2.2rem; align-items: baseline; margin-bottom: 1rem; }
.hero .share { font-size: 2.6rem; font-weight: 680; letter-spacing: -.03em; line-height: 1.1; }
.hero .of { color: var(--soft); }
.figure { font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: .9rem 0 0; padding: 0; }
.indexed { --c: var(--indexed); } .partial { --c: var(--partial); } .skipped { --c: var(--skipped); } .excluded { --c: var(--excluded); }
.dot { display: inline-block; width: .7em; height: .7em; border-radius: 50%; background: var(--c); margin-right: .5em; }
button, select, input { font: inherit; color: inherit; }
button.pill {
  border: 1px solid var(--line); background: transparent; border-radius: 999px; padding: .2rem .8rem; cursor: pointer;
}
button.pill:hover, button.pill[aria-pressed="true"] { background: var(--hover); border-color: var(--c, var(--soft)); }
button.pill b { font-variant-numeric: tabular-nums; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
table.bars { width: 100%; border-collapse: collapse; }
table.bars th { text-align: left; font-weight: 500; padding: .2rem .8rem .2rem 0; overflow-wrap: anywhere; max-width: 14rem; }
table.bars td { padding: .2rem 0; }
table.bars td.n { text-align: right; width: 1%; padding-left: .8rem; font-variant-numeric: tabular-nums; color: var(--soft); }
.bars svg.trend { height: 8px; }
svg.trend rect.bar-fill { fill: var(--focus); }
.card > svg.trend { height: 18px; }
svg.trend { width: 100%; height: auto; display: block; }
svg.trend text { fill: var(--soft); font-size: 12px; }
svg.trend .grid { stroke: var(--line); }
svg.trend .curve { fill: none; stroke: var(--indexed); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
svg.trend .point { fill: var(--card); stroke: var(--indexed); stroke-width: 2; }
svg.trend rect { fill: var(--c); }
.tools { display: flex; flex-wrap: wrap; gap: .6rem; margin-bottom: .8rem; align-items: end; }
.tools label { display: grid; gap: .15rem; font-size: .82rem; color: var(--soft); }
.tools input, .tools select, .tools button, .pager button {
  background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: .4rem .6rem; color: var(--ink); min-height: 2.4rem; max-width: 100%;
}
.tools label { min-width: 0; flex: 0 1 10.5rem; grid-template-columns: minmax(0, 1fr); }
.tools label.wide { flex: 1 1 14rem; }
.tools select { width: 100%; }
.tools button, .pager button { cursor: pointer; }
.tools button:hover, .pager button:enabled:hover { background: var(--hover); }
.pager button:disabled { opacity: .45; cursor: default; }
.scroll { overflow-x: auto; margin: 0 -1.4rem; padding: 0 1.4rem; }
table.files { width: 100%; border-collapse: collapse; font-size: .93rem; }
table.files th { text-align: left; white-space: nowrap; border-bottom: 2px solid var(--line); padding: 0; }
table.files th button {
  all: unset; cursor: pointer; padding: .45rem .75rem .45rem 0; font-weight: 600; color: var(--soft); font-size: .85rem;
}
table.files th button:focus-visible { outline: 2px solid var(--focus); outline-offset: -2px; }
table.files th[aria-sort="ascending"] button::after { content: " ▲"; font-size: .7em; }
table.files th[aria-sort="descending"] button::after { content: " ▼"; font-size: .7em; }
table.files th[aria-sort]:not([aria-sort="none"]) button { color: var(--ink); }
table.files td { padding: .34rem .75rem .34rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
table.files td.path { white-space: normal; overflow-wrap: anywhere; min-width: 16rem; }
table.files td.ranges { white-space: normal; min-width: 7rem; max-width: 16rem; }
table.files td.n, table.files th.n { text-align: right; font-variant-numeric: tabular-nums; }
table.files tbody tr:hover { background: var(--hover); }
.pager { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-top: .9rem; }
.pager .figure { color: var(--soft); margin-right: auto; }
details summary { cursor: pointer; font-weight: 600; }
details ul { columns: 22rem auto; padding-left: 1.2rem; margin: .8rem 0 0; overflow-wrap: anywhere; }
.lifecycle details, .lifecycle p.none { border-top: 1px solid var(--line); padding: .7rem 0; margin: 0; }
.lifecycle details:first-of-type, .lifecycle h2 + p.none { border-top: 0; padding-top: 0; }
.lifecycle summary, .lifecycle p.none { font-weight: 500; }
.lifecycle p.none { color: var(--soft); }
.lifecycle b { font-variant-numeric: tabular-nums; }
.lifecycle table.old { margin-top: .6rem; }
table.old th { padding: .35rem .75rem .35rem 0; font-weight: 600; color: var(--soft); font-size: .85rem; }
table.old td.changed { white-space: normal; overflow-wrap: anywhere; min-width: 16rem; }
table.old td.changed code { display: inline-block; max-width: 100%; margin-right: .7rem; }
.quiet { color: var(--soft); }
footer { max-width: 88rem; margin: 1.5rem auto 0; color: var(--soft); font-size: .85rem; }
@media print { body { background: #fff; } .tools, .pager button { display: none; } .card { break-inside: avoid; } }
`;
