import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { readPages } from "./read-pages.ts";

const test = suite("messages that the documents quote");

/** The texts of the sources, with what is filled in as "…", so that a quote is looked for as it is printed. */
const said = readdirSync(projectFile("src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(projectFile(join("src", name)), "utf8"))
  .join("\n")
  .replace(/`\s*\+\s*[`"]|"\s*\+\s*[`"]/g, "")
  .replace(/\$\{[^{}]*\}/g, "…");

/** What stands for something else in a quote: "N" and "HOST", names in quotes, versions. */
const filledIn = /…|\bN\b|\bHOST\b|"…"|\bdeno \d+\.\d+\.\d+/;

/** The parts of a quote that are always printed. */
function literals(quote: string): readonly string[] {
  return quote
    .split(new RegExp(filledIn, "g"))
    .map((part) => part.replace(/^["\s]+|["\s]+$/g, ""))
    .filter((part) => part !== "");
}

function missing(quote: string): readonly string[] {
  return literals(quote).filter((part) => !said.includes(part));
}

const page = readPages().find(({ path }) => path === "docs/troubleshooting.md");

/** Of the tables: what stands in backticks in their first column. Of the prose: what has blanks and is no command. */
const quotes = [
  ...(page?.prose ?? "").split("\n").flatMap((line) => {
    const [, first = ""] = /^\|([^|]*)\|/.exec(line) ?? [];
    return [...first.matchAll(/`([^`]+)`/g)].map(([, quote = ""]) => quote);
  }),
  ...(page?.inline ?? []).filter((code) => / .* /.test(code) && !/^(?:gateway|npm|KM_\w+=)/.test(code)),
];

test("every one in docs/troubleshooting.md is in the sources", () => {
  assert.ok(quotes.length > 20, `${quotes.length} quotes`);
  const gone = [...new Set(quotes)].flatMap((quote) => missing(quote).map((part) => `"${quote}": ${part}`));
  assert.is(gone.join("\n"), "");
});

test("what nothing prints is found", () => {
  assert.equal(missing("… was written by a newer version"), ["was written by a newer version"]);
  assert.equal(missing("process N on HOST … owns this state directory"), []);
});

test.run();
