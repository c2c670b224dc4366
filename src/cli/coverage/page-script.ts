/**
 * The page's program: fills, filters, sorts and pages the table. Whatever it shows goes in as text, so no name of a
 * file can be markup. Only as many rows as a page has are in the document, however many files there are.
 */
export const pageScript = String.raw`
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const word = (row, column) => words[row[column]];
  const PATH = 0, CLASS = 1, REASON = 2, TYPE = 3, LANGUAGE = 4, SUBSYSTEM = 5, CHUNKS = 6, LINES = 7, INDEXED = 8, RANGES = 9, COMMIT = 10, UPDATED = 11;
  const byWord = new Set([CLASS, REASON, TYPE, LANGUAGE, SUBSYSTEM, COMMIT]);
  const element = (id) => document.getElementById(id);
  const search = element("search"), size = element("size"), body = element("rows");
  const selects = [...document.querySelectorAll("select[data-column]")];
  const collator = new Intl.Collator("en", { numeric: true });
  const number = new Intl.NumberFormat("en");
  // Marks that are not seen, or turn what follows around, are spelt out.
  const printable = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) => "\\u{" + mark.codePointAt(0).toString(16) + "}");
  const lowered = data.rows.map((row) => row[PATH].toLowerCase());
  let sorted = data.rows.map((_, i) => i);
  let shown = sorted;
  let sort = { column: PATH, down: false };
  let page = 0;

  for (const select of selects) {
    const column = Number(select.dataset.column);
    const counts = new Map();
    for (const row of data.rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
    const options = [...counts].sort((a, b) => collator.compare(words[a[0]], words[b[0]]));
    for (const [at, count] of options) {
      const option = document.createElement("option");
      option.value = String(at);
      option.textContent = (printable(words[at]) || "(none)") + " (" + number.format(count) + ")";
      select.append(option);
    }
  }

  function compare(a, b) {
    const x = data.rows[a][sort.column], y = data.rows[b][sort.column];
    let order;
    if (sort.column === PATH) order = x < y ? -1 : x > y ? 1 : 0;
    else if (byWord.has(sort.column)) order = x === y ? 0 : collator.compare(words[x], words[y]);
    else if (sort.column === RANGES) order = x.length - y.length || collator.compare(x, y);
    else order = x - y;
    return (sort.down ? -order : order) || a - b;
  }

  function arrange() {
    sorted = data.rows.map((_, i) => i).sort(compare);
    for (const head of document.querySelectorAll("th[data-column]")) {
      const own = Number(head.dataset.column) === sort.column;
      head.setAttribute("aria-sort", own ? (sort.down ? "descending" : "ascending") : "none");
    }
    filter();
  }

  function filter() {
    const parts = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = selects.filter((select) => select.value !== "").map((select) => [Number(select.dataset.column), Number(select.value)]);
    shown = sorted.filter((i) => wanted.every(([column, at]) => data.rows[i][column] === at) && parts.every((part) => lowered[i].includes(part)));
    for (const button of document.querySelectorAll("button.pill[data-class]")) {
      const select = selects.find((one) => Number(one.dataset.column) === CLASS);
      button.setAttribute("aria-pressed", String(select.value !== "" && words[Number(select.value)] === button.dataset.class));
    }
    page = 0;
    draw();
  }

  function cell(row, text, kind) {
    const td = document.createElement("td");
    if (kind) td.className = kind;
    td.textContent = printable(text);
    row.append(td);
    return td;
  }

  function drawRow(i) {
    const from = data.rows[i];
    const row = document.createElement("tr");
    cell(row, from[PATH], "path mono");
    const kind = cell(row, "", "");
    const dot = document.createElement("span");
    dot.className = "dot " + word(from, CLASS);
    kind.append(dot, word(from, CLASS));
    cell(row, word(from, REASON));
    cell(row, word(from, TYPE));
    cell(row, word(from, LANGUAGE));
    cell(row, word(from, SUBSYSTEM));
    cell(row, number.format(from[CHUNKS]), "n");
    cell(row, from[LINES] === 0 ? "" : number.format(from[LINES]), "n");
    cell(row, from[LINES] === 0 ? "" : (Math.floor((1000 * from[INDEXED]) / from[LINES]) / 10).toFixed(1) + " %", "n");
    cell(row, from[RANGES], "ranges mono");
    cell(row, word(from, COMMIT).slice(0, 10), "mono").title = word(from, COMMIT);
    cell(row, from[UPDATED] === 0 ? "" : new Date(from[UPDATED]).toISOString().slice(0, 10));
    return row;
  }

  function draw() {
    const count = Number(size.value);
    const pages = Math.max(1, Math.ceil(shown.length / count));
    page = Math.min(Math.max(page, 0), pages - 1);
    const from = page * count;
    const rows = shown.slice(from, from + count);
    body.replaceChildren(...rows.map(drawRow));
    element("count").textContent = shown.length === 0
      ? "No file matches."
      : number.format(from + 1) + "–" + number.format(from + rows.length) + " of " + number.format(shown.length) + " files" +
        (shown.length === data.rows.length ? "" : " (" + number.format(data.rows.length) + " in all)");
    for (const [id, off] of [["first", page === 0], ["before", page === 0], ["next", page >= pages - 1], ["last", page >= pages - 1]])
      element(id).disabled = off;
  }

  const go = (to) => () => { page = to(page); draw(); };
  element("first").addEventListener("click", go(() => 0));
  element("before").addEventListener("click", go((now) => now - 1));
  element("next").addEventListener("click", go((now) => now + 1));
  element("last").addEventListener("click", go(() => Number.MAX_SAFE_INTEGER));
  size.addEventListener("change", () => { page = 0; draw(); });
  let waiting = 0;
  search.addEventListener("input", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(filter); });
  for (const select of selects) select.addEventListener("change", filter);
  element("clear").addEventListener("click", () => {
    search.value = "";
    for (const select of selects) select.value = "";
    filter();
    search.focus();
  });
  for (const head of document.querySelectorAll("th[data-column]"))
    head.querySelector("button").addEventListener("click", () => {
      const column = Number(head.dataset.column);
      const numeric = !byWord.has(column) && column !== PATH;
      sort = { column, down: sort.column === column ? !sort.down : numeric };
      arrange();
    });
  for (const button of document.querySelectorAll("button.pill[data-class]"))
    button.addEventListener("click", () => {
      const select = selects.find((one) => Number(one.dataset.column) === CLASS);
      const at = String(words.indexOf(button.dataset.class));
      select.value = select.value === at ? "" : at;
      filter();
    });
  arrange();
})();
`;
