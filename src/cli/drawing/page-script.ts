/**
 * The page's program: moves and zooms the drawing, shows what belongs together, tells of a node in a panel. Whatever it
 * shows goes in as text, so no name can be markup.
 */
export const pageScript = String.raw`
"use strict";
(() => {
  const { boxes, lines, middle } = JSON.parse(document.getElementById("data").textContent);
  const svg = document.querySelector("svg.drawing"), stage = document.querySelector(".stage"), panel = document.getElementById("panel");
  const boxOf = [...svg.querySelectorAll("[data-box]")], lineOf = [...svg.querySelectorAll("[data-line]")];
  const width = svg.viewBox.baseVal.width, height = svg.viewBox.baseVal.height;
  document.body.classList.add("live");

  // What is seen: the drawing's point in the middle of the window, and the window's pixels for each of its own.
  const view = { x: width / 2, y: height / 2, scale: 1 };
  const least = () => Math.min(1, stage.clientWidth / width, stage.clientHeight / height) * 0.9;
  function show() {
    const w = stage.clientWidth / view.scale, h = stage.clientHeight / view.scale;
    svg.setAttribute("viewBox", [view.x - w / 2, view.y - h / 2, w, h].join(" "));
  }
  function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
    const scale = Math.min(4, Math.max(least() / 2, view.scale * factor));
    // The point under the pointer stays where it is.
    view.x += (x - stage.clientWidth / 2) * (1 / view.scale - 1 / scale);
    view.y += (y - stage.clientHeight / 2) * (1 / view.scale - 1 / scale);
    view.scale = scale;
    show();
  }
  function fit() {
    Object.assign(view, { x: width / 2, y: height / 2, scale: least() });
    show();
  }
  function center(n) {
    const { x, y, width: w, height: h } = boxes[n];
    Object.assign(view, { x: x + w / 2, y: y + h / 2 });
    show();
  }
  function begin() {
    fit();
    // Too small to be read: begin at the node that was asked for.
    if (view.scale < 0.55 && middle >= 0) { view.scale = 0.85; center(middle); }
  }

  const held = new Map();
  let moved = 0;
  stage.addEventListener("pointerdown", (event) => { held.set(event.pointerId, event); moved = 0; });
  addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const [other] = [...held.values()].filter((one) => one.pointerId !== event.pointerId);
    if (other) {
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      zoom(apart(event) / Math.max(1, apart(before)), (event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
    } else {
      view.x -= (event.clientX - before.clientX) / view.scale;
      view.y -= (event.clientY - before.clientY) / view.scale;
      show();
    }
    moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
    if (moved > 4) stage.classList.add("held");
    held.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, (event) => { held.delete(event.pointerId); stage.classList.remove("held"); });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), event.clientX, event.clientY);
  }, { passive: false });

  function point(n) {
    svg.classList.toggle("pointed", n !== undefined);
    for (const one of svg.querySelectorAll(".on")) one.classList.remove("on");
    if (n === undefined) return;
    boxOf[n].classList.add("on");
    for (const [at, line] of lines.entries()) {
      if ((line.from !== n && line.to !== n) || lineOf[at].classList.contains("off")) continue;
      lineOf[at].classList.add("on");
      boxOf[line.from].classList.add("on");
      boxOf[line.to].classList.add("on");
    }
  }
  let chosen;
  const element = (name, text, kind) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  function choose(n) {
    if (chosen !== undefined) boxOf[chosen].classList.remove("chosen");
    chosen = n;
    panel.hidden = n === undefined;
    point(n);
    if (n === undefined) return;
    boxOf[n].classList.add("chosen");
    const box = boxes[n];
    const close = element("button", "\u2715", "close");
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => choose());
    const id = element("p");
    id.append(element("code", box.id));
    panel.replaceChildren(close, element("h2", box.name), element("p", box.kind + (box.where ? " \u00b7 " + box.where : "")), id);
    for (const [text, text2] of box.facts) panel.append(element("p", text + ": " + text2));
    for (const [title, mine, other] of [["Points at", "from", "to"], ["Is pointed at by", "to", "from"]]) {
      const found = lines.filter((line) => line[mine] === n);
      if (found.length === 0) continue;
      const list = element("ul");
      for (const line of found) {
        const item = element("li", undefined, line.group), button = element("button");
        button.type = "button";
        button.append(element("span", boxes[line[other]].name), element("br"), element("small", line.kinds.join(", ") + (line.possible ? " (possible)" : "") + (line.evidence.length ? " \u00b7 " + line.evidence.join(", ") : "")));
        button.addEventListener("click", () => { center(line[other]); choose(line[other]); });
        item.append(button);
        list.append(item);
      }
      panel.append(element("h3", title), list);
    }
    panel.scrollTop = 0;
  }

  for (const [n, box] of boxOf.entries()) {
    box.addEventListener("pointerenter", () => { if (held.size === 0) point(n); });
    box.addEventListener("pointerleave", () => point(chosen));
    box.addEventListener("focus", () => { if (box.matches(":focus-visible")) { point(n); center(n); } });
    box.addEventListener("click", () => { if (moved <= 4) choose(n); });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(n);
    });
  }
  stage.addEventListener("click", (event) => { if (moved <= 4 && !event.target.closest("[data-box]")) choose(); });

  for (const button of document.querySelectorAll("[data-group]")) {
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      for (const [n, line] of lines.entries()) if (line.group === button.dataset.group) lineOf[n].classList.toggle("off", !on);
      point(chosen);
    });
  }
  const actions = { in: () => zoom(1.25), out: () => zoom(0.8), fit };
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => actions[button.dataset.zoom]());
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    if (step) { view.x += step[0] * 80 / view.scale; view.y += step[1] * 80 / view.scale; show(); }
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else if (event.key === "Escape") choose();
    else return;
    event.preventDefault();
  });
  addEventListener("resize", show);
  begin();
})();
`;
