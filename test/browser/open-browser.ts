import { existsSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { projectFile } from "../../src/runtime/mod.ts";

/** The part of the browser driver that the tests use; it is no dependency, so its own types may be missing. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  selectOption(selector: string, choice: { readonly label?: string; readonly index?: number }): Promise<unknown>;
  title(): Promise<string>;
  screenshot(options: { readonly path: string; readonly fullPage?: boolean }): Promise<unknown>;
  on(event: "console" | "pageerror" | "request", heard: (what: { text?(): string; url?(): string }) => void): void;
  waitForFunction(script: string): Promise<unknown>;
  keyboard: { press(key: string): Promise<void> };
}

export interface Browser {
  newPage(options: {
    readonly colorScheme: "light" | "dark";
    readonly viewport: { readonly width: number; readonly height: number };
  }): Promise<Page>;
  close(): Promise<void>;
}

interface Driver {
  readonly chromium: { launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser> };
}

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A real browser, or why there is none. */
export async function openBrowser(): Promise<Browser | string> {
  const executablePath = process.env["KM_TEST_CHROMIUM"] ?? places.find((place) => existsSync(place));
  if (executablePath === undefined || !existsSync(executablePath))
    return "no chromium: install Debian's (apt-get install chromium), or set KM_TEST_CHROMIUM";
  const driver = await loadDriver();
  if (driver === undefined)
    return "no playwright-core: npm install --no-save --prefix .tools/playwright playwright-core";
  // Chromium refuses its sandbox to root, which is who runs in containers.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return driver.chromium.launch({ executablePath, args });
}

async function loadDriver(): Promise<Driver | undefined> {
  const beside = projectFile(".tools/playwright/node_modules/playwright-core/index.mjs");
  const found = existsSync(beside) ? pathToFileURL(beside).href : "playwright-core";
  try {
    return (await import(found)) as Driver;
  } catch {
    return undefined;
  }
}
