import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { coveragePage } from "../../src/cli/coverage/page.ts";
import { printable } from "../../src/cli/printable.ts";
import { hostileNames, sampleCoverage, sampleLifecycle } from "../cli/sample-coverage.ts";
import { lowestContrast } from "./lowest-contrast.ts";
import { openBrowser, type Page } from "./open-browser.ts";

const test = suite("the coverage page in a real browser");
const browser = await openBrowser();
if (typeof browser === "string") {
  process.stderr.write(`\n  SKIPPED: the coverage page was not looked at in a browser: ${browser}\n\n`);
  // Where a browser is promised, a skip is a failure.
  if (process.env["KM_TEST_BROWSER"] === "required") process.exitCode = 1;
} else {
  const folder = mkdtempSync(join(tmpdir(), "gateway-page-"));
  const file = join(folder, "coverage.html");
  writeFileSync(file, coveragePage(sampleCoverage(50_000)));

  const open = async (colorScheme: "light" | "dark", width: number) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 1_000 } });
    const trouble: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => trouble.push(message.text?.() ?? ""));
    page.on("pageerror", (error) => trouble.push(String(error)));
    page.on("request", (request) => requests.push(request.url?.() ?? ""));
    await page.goto(pathToFileURL(file).href);
    return { page, trouble, requests };
  };
  const paths = (page: Page) =>
    page.evaluate<string[]>("[...document.querySelectorAll('#rows td.path')].map((cell) => cell.textContent)");
  const count = (page: Page) => page.evaluate<string>("document.getElementById('count').textContent");
  const filtered = (page: Page, text: string) =>
    page.waitForFunction(`document.getElementById('count').textContent.includes(${JSON.stringify(text)})`);

  test("shows 50,000 files a page at a time, asks for nothing, and says nothing to the console", async () => {
    const { page, trouble, requests } = await open("light", 1_280);
    assert.is(await count(page), "1–100 of 50,000 files");
    assert.is((await paths(page)).length, 100);
    assert.equal(requests, [pathToFileURL(file).href]);
    assert.equal(trouble, []);
  });

  test("hostile names are text: none runs, each is shown as it is", async () => {
    const { page } = await open("light", 1_280);
    await page.selectOption("select[data-column='1']", { label: `excluded (${hostileNames.length})` });
    await filtered(page, `of ${hostileNames.length} files`);
    assert.equal(new Set(await paths(page)), new Set(hostileNames.map(printable)));
    assert.is(await page.title(), "Coverage of gateway");
    assert.is(await page.evaluate("document.querySelectorAll('img, [onerror], [onload], main script').length"), 0);
  });

  test("what has grown old is listed, hostile names as text, and folds from the keyboard", async () => {
    const { page, trouble } = await open("light", 1_280);
    const old = await page.evaluate<string[]>(
      "[...document.querySelectorAll('table.old td.path')].map((cell) => cell.textContent)",
    );
    assert.equal(
      old,
      sampleLifecycle().staleDocs.map(({ path }) => printable(path)),
    );
    const heads = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.lifecycle summary')].map((one) => one.textContent)",
    );
    assert.equal(heads, [
      `${old.length} documents older than what they describe`,
      `${hostileNames.length + 1} subsystems with code that no test reaches`,
      `${hostileNames.length + 3} symbols or documents that nothing refers to`,
    ]);
    const isOpen = "document.querySelector('.lifecycle details:last-of-type').open";
    assert.is(await page.evaluate(isOpen), false);
    await page.evaluate("document.querySelector('.lifecycle details:last-of-type summary').focus()");
    await page.keyboard.press("Enter");
    assert.is(await page.evaluate(isOpen), true);
    assert.equal(trouble, []);
  });

  test("filters by words of the path and by class, sorts by column, pages, and clears", async () => {
    const { page } = await open("light", 1_280);
    await page.fill("#search", "ROOM-7/ 47.ts");
    await filtered(page, "50,000 in all");
    const found = await paths(page);
    assert.ok(found.length > 0 && found.every((path) => path.includes("room-7/") && path.includes("47.ts")));
    await page.click("#clear");
    await filtered(page, "1–100 of 50,000 files");
    await page.click("button.pill[data-class='partial']");
    await filtered(page, "of 2,500 files");
    const kinds = await page.evaluate<string[]>(
      "[...document.querySelectorAll('#rows td:nth-child(2)')].map((cell) => cell.textContent)",
    );
    assert.ok(kinds.every((kind) => kind === "partial"));
    await page.click("button.pill[data-class='partial']");
    await filtered(page, "1–100 of 50,000 files");
    await page.click("th[data-column='8'] button");
    await page.click("th[data-column='8'] button");
    assert.is(
      await page.evaluate("document.querySelector(\"th[data-column='8']\").getAttribute('aria-sort')"),
      "ascending",
    );
    const shares = await page.evaluate<string[]>(
      "[...document.querySelectorAll('#rows td:nth-child(9)')].map((cell) => cell.textContent)",
    );
    assert.ok(
      shares.every((share) => share === "75.0 %"),
      shares[0],
    );
    await page.click("#last");
    assert.is(await count(page), "49,901–50,000 of 50,000 files");
    assert.is(await page.evaluate("document.getElementById('next').disabled"), true);
  });

  test("every control has a name, works from the keyboard, and text stands out in light and dark", async () => {
    for (const scheme of ["light", "dark"] as const) {
      const { page } = await open(scheme, 1_280);
      const nameless =
        await page.evaluate<number>(`[...document.querySelectorAll("button, select, input")].filter((one) =>
        !(one.textContent.trim() || one.getAttribute("aria-label") || one.closest("label"))).length`);
      assert.is(nameless, 0);
      const contrast = await page.evaluate<number>(lowestContrast);
      assert.ok(contrast >= 4.5, `${scheme}: the faintest text has a contrast of ${contrast.toFixed(2)}`);
      await page.evaluate("document.querySelector(\"th[data-column='0'] button\").focus()");
      await page.keyboard.press("Enter");
      assert.is(
        await page.evaluate("document.querySelector(\"th[data-column='0']\").getAttribute('aria-sort')"),
        "descending",
      );
    }
  });

  test("nothing is wider than a telephone", async () => {
    const { page } = await open("light", 390);
    assert.is(await page.evaluate("document.documentElement.scrollWidth"), 390);
  });

  test("pictures for people, where KM_TEST_SCREENSHOTS names a folder", async () => {
    const into = process.env["KM_TEST_SCREENSHOTS"];
    if (into === undefined) return;
    for (const [scheme, width] of [
      ["light", 1_280],
      ["dark", 1_280],
      ["light", 390],
    ] as const) {
      const { page } = await open(scheme, width);
      await page.screenshot({ path: join(into, `coverage-${scheme}-${width}.png`) });
    }
  });

  test.after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

test.run();
