/** How a drawing looks, alone or in its page; light or dark as the reader's system is. */
export const drawingStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #566273; --rim: #cdd5de; --focus: #1d6fe0; --hover: #eef2f6;
  --file: #3d7bd9; --symbol: #6a5acd; --contract: #0f8a83; --section: #b9770e; --package: #a8552f; --subsystem: #2c8a4b; --source: #44546a; --owner: #b0467f;
  --use: #4f7fc4; --kin: #7a5ac2; --test: #2a8f57; --tell: #b9770e; --need: #0f8a83; --own: #b0467f; --hold: #a3aebb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151b; --card: #1a222b; --ink: #e6ebf0; --soft: #9daab8; --rim: #384553; --focus: #6ea8ff; --hover: #212b35;
    --file: #6ea8ff; --symbol: #a79bf0; --contract: #4cc4bb; --section: #e0a33b; --package: #d98f6a; --subsystem: #5cc07f; --source: #a9b6c6; --owner: #e089b7;
    --use: #6f9ede; --kin: #a58be6; --test: #4fb97f; --tell: #d9a13f; --need: #45b5ac; --own: #d67aac; --hold: #5d6b7a;
  }
}
svg.drawing { background: var(--ground); font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
.use { --c: var(--use); } .kin { --c: var(--kin); } .test { --c: var(--test); } .tell { --c: var(--tell); } .need { --c: var(--need); } .own { --c: var(--own); } .hold { --c: var(--hold); }
.file { --c: var(--file); } .symbol { --c: var(--symbol); } .contract { --c: var(--contract); } .section { --c: var(--section); } .package { --c: var(--package); } .subsystem { --c: var(--subsystem); } .source { --c: var(--source); } .owner { --c: var(--owner); }
.drawing .line path { fill: none; stroke: var(--c); stroke-width: 1.4; }
.drawing .line.possible path { stroke-dasharray: 5 4; }
.drawing .line text { fill: var(--soft); font-size: 10.5px; text-anchor: middle; paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.drawing marker path { fill: var(--c); }
.drawing .box .card { fill: var(--card); stroke: var(--rim); stroke-width: 1; }
.drawing .box .mark { fill: var(--c); }
.drawing .box.middle .card { stroke: var(--c); stroke-width: 2.5; }
.drawing .name { fill: var(--ink); font: 600 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.drawing .line text.more { display: none; }
.drawing .under { fill: var(--soft); font-size: 11px; }
`;
