import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawingPage, drawingSvg } from "../../src/cli/drawing/mod.ts";
import { printable } from "../../src/cli/printable.ts";
import { hostileNames } from "../cli/sample-coverage.ts";
import { sampleSubgraph } from "../cli/sample-subgraph.ts";
import { lowestContrast } from "./lowest-contrast.ts";
import { openBrowser, type Page } from "./open-browser.ts";

const test = suite("the drawing in a real browser");
const browser = await openBrowser();
if (typeof browser === "string") {
  process.stderr.write(`\n  SKIPPED: the drawing was not looked at in a browser: ${browser}\n\n`);
  // Where a browser is promised, a skip is a failure.
  if (process.env["KM_TEST_BROWSER"] === "required") process.exitCode = 1;
} else {
  const folder = mkdtempSync(join(tmpdir(), "gateway-drawing-"));
  const titled = { middle: "file:shop/src/cart.ts", title: `Around ${hostileNames[0]}` };
  const file = (name: string) => join(folder, name);
  writeFileSync(file("drawing.html"), drawingPage(sampleSubgraph(), titled));
  writeFileSync(file("drawing.svg"), drawingSvg(sampleSubgraph(), titled));

  const open = async (name: string, colorScheme: "light" | "dark" = "light", width = 1_280) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const trouble: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => trouble.push(message.text?.() ?? ""));
    page.on("pageerror", (error) => trouble.push(String(error)));
    page.on("request", (request) => requests.push(request.url?.() ?? ""));
    const { href } = pathToFileURL(file(name));
    await page.goto(href);
    return { page, trouble, requests, href };
  };
  const press = (page: Page, selector: string) =>
    page.evaluate(
      `document.querySelector(${JSON.stringify(selector)}).dispatchEvent(new MouseEvent("click", { bubbles: true }))`,
    );
  const seen = (page: Page) => page.evaluate<string>("document.querySelector('svg.drawing').getAttribute('viewBox')");
  const shown = (page: Page) =>
    page.evaluate<string>(
      "document.getElementById('panel').hidden ? '' : document.querySelector('#panel h2').textContent",
    );

  for (const name of ["drawing.html", "drawing.svg"]) {
    test(`${name} asks for nothing, says nothing to the console, and runs nothing that a thing is called`, async () => {
      const { page, trouble, requests, href } = await open(name);
      assert.equal(requests, [href]);
      assert.equal(trouble, []);
      const titles = await page.evaluate<string[]>(
        "[...document.querySelectorAll('.box > title')].map((one) => one.textContent)",
      );
      assert.equal(
        titles,
        sampleSubgraph().nodes.map(({ nodeId }) => printable(nodeId)),
      );
      assert.is(await page.evaluate("document.querySelectorAll('img, [onerror], [onload]').length"), 0);
      assert.not.ok((await page.title()).includes("pwned") && !(await page.title()).startsWith("Around"));
    });
  }

  test("every name fits its box, in the font that this machine has", async () => {
    const { page } = await open("drawing.html");
    const wide = await page.evaluate<string[]>(`[...document.querySelectorAll(".box")].flatMap((box) => {
      const width = Number(box.querySelector("rect").getAttribute("width"));
      return [...box.querySelectorAll("text")].filter((one) => Number(one.getAttribute("x")) + one.getComputedTextLength() > width).map((one) => one.textContent);
    })`);
    assert.equal(wide, []);
  });

  test("a node that is chosen is told of, hostile names as text; its neighbours stand out, and lead on", async () => {
    const { page, trouble } = await open("drawing.html");
    await press(page, "[data-box='0']");
    assert.is(await shown(page), "cart.ts");
    const lines = await page.evaluate<number>("document.querySelectorAll('.line.on').length");
    assert.is(lines, sampleSubgraph().nodes.length, "one to each, and one to itself");
    const names = await page.evaluate<string[]>(
      "[...document.querySelectorAll('#panel li span')].map((one) => one.textContent)",
    );
    for (const name of hostileNames) assert.ok(names.includes(printable(name)), name);
    await page.click("#panel li button");
    assert.is(await shown(page), names[0]);
    await page.keyboard.press("Escape");
    assert.is(await shown(page), "");
    assert.is(await page.evaluate("document.querySelectorAll('.on, .pointed').length"), 0);
    assert.equal(trouble, []);
  });

  test("moves and zooms by wheel, drag, keys and buttons, and fits again", async () => {
    const { page } = await open("drawing.html");
    const views = [await seen(page)];
    const step = async (script: string) => {
      await page.evaluate(script);
      const now = await seen(page);
      assert.not.equal(now, views.at(-1), script);
      views.push(now);
    };
    const event = (type: string, at: string) => `new PointerEvent("${type}", { bubbles: true, pointerId: 1, ${at} })`;
    await step(
      `document.querySelector(".stage").dispatchEvent(new WheelEvent("wheel", { deltaY: -300, clientX: 400, clientY: 300, cancelable: true }))`,
    );
    await step(
      `document.querySelector(".stage").dispatchEvent(${event("pointerdown", "clientX: 400, clientY: 300")}); dispatchEvent(${event("pointermove", "clientX: 460, clientY: 340")}); dispatchEvent(${event("pointerup", "")})`,
    );
    await step(`document.querySelector("[data-zoom=in]").click()`);
    await page.keyboard.press("ArrowRight");
    assert.not.equal(await seen(page), views.at(-1));
    await page.keyboard.press("0");
    assert.is(await seen(page), views[0]);
  });

  test("nodes are reached and chosen from the keyboard, and lines are put away by their kind", async () => {
    const { page } = await open("drawing.html");
    await page.evaluate("document.querySelector('[data-box]').focus()");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.is(await shown(page), printable(hostileNames[0]!));
    const visible = "document.querySelectorAll('.line.test:not(.off)').length";
    assert.ok((await page.evaluate<number>(visible)) > 0);
    await page.click("[data-group='test']");
    assert.is(await page.evaluate(visible), 0);
    const nameless = await page.evaluate<number>(
      `[...document.querySelectorAll("button, [role=button]")].filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label"))).length`,
    );
    assert.is(nameless, 0);
  });

  test("text stands out in light and dark, and a telephone shows it", async () => {
    for (const scheme of ["light", "dark"] as const) {
      const { page } = await open("drawing.html", scheme);
      await press(page, "[data-box='0']");
      await page.evaluate("document.querySelector('svg.drawing').classList.remove('pointed')");
      const contrast = await page.evaluate<number>(lowestContrast);
      assert.ok(contrast >= 4.5, `${scheme}: the faintest text has a contrast of ${contrast.toFixed(2)}`);
    }
    const { page } = await open("drawing.html", "light", 390);
    assert.is(await page.evaluate("document.documentElement.scrollWidth"), 390);
  });

  test("pictures for people, where KM_TEST_SCREENSHOTS names a folder", async () => {
    const into = process.env["KM_TEST_SCREENSHOTS"];
    if (into === undefined) return;
    for (const scheme of ["light", "dark"] as const) {
      const { page } = await open("drawing.html", scheme);
      await page.screenshot({ path: join(into, `drawing-${scheme}.png`) });
    }
  });

  test.after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

test.run();
