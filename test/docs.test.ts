import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../src/runtime/mod.ts";
import { checksByFile } from "./support/twenty-checks.ts";

const docs = suite("what is written");

const inFolder = (folder: string) =>
  readdirSync(projectFile(folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => posix.join(folder, name));
const pages = [...inFolder("."), ...inFolder("docs"), ...inFolder("docs/decisions")];
const textOf = (page: string) => readFileSync(projectFile(page), "utf8");
/** Without blocks of code, whose brackets are no links and whose `#` no headings. */
const prose = (page: string) => textOf(page).replaceAll(/^```[\s\S]*?^```/gm, "");

/** A heading's anchor as GitHub makes it. */
function anchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

docs("every link between files leads somewhere", () => {
  const broken: string[] = [];
  let links = 0;
  for (const page of pages) {
    for (const [, target = ""] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      links += 1;
      const [path = "", fragment] = target.split("#");
      const file = path === "" ? page : posix.join(posix.dirname(page), path);
      if (!existsSync(projectFile(file))) broken.push(`${page}: ${target}: no such file`);
      else if (fragment !== undefined) {
        const anchors = [...prose(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading));
        if (!anchors.includes(fragment)) broken.push(`${page}: ${target}: no such heading`);
      }
    }
  }
  assert.is(broken.join("\n"), "");
  assert.ok(links > 50, `${links} links were found`);
});

docs("every npm script that is named exists", () => {
  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
  const missing = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\bnpm run (?:--silent )?([a-z][a-z:-]*)/g)]
      .filter(([, name = ""]) => !(name in scripts))
      .map(([command]) => `${page}: ${command}`),
  );
  assert.equal(missing, []);
});

docs("docs/security.md names for each of the twenty checks the test files that say they show it", () => {
  const [, rest = ""] = textOf("docs/security.md").split("\n## The twenty checks\n");
  const rows = [...(rest.split("\n## ")[0] ?? "").matchAll(/^\| (\d+) \|.*$/gm)];
  const told = rows.map(([row, number]) => [
    Number(number),
    [...row.matchAll(/`test\/([\w/-]+\.test\.ts)`/g)].map(([, file]) => file).sort(),
  ]);
  const shown = Array.from({ length: 20 }, (_, at) => [
    at + 1,
    [...checksByFile()].filter(([, numbers]) => numbers.includes(at + 1)).map(([file]) => file),
  ]);
  assert.equal(told, shown);
  const commands = rows.filter(([row]) => !row.includes(".test.ts")).map(([, number]) => number);
  assert.equal(commands, ["20"], "the soak alone is a command");
});

/**
 * Words that Mermaid 11's grammar of flowcharts keeps for itself: a node of that name is a syntax error, and GitHub
 * shows the error instead of the picture.
 */
const reserved = new Set(["graph", "flowchart", "subgraph", "end", "style", "linkStyle", "classDef", "class"]);

/** The names of the nodes of a flowchart, without their labels and those of its arrows. */
function nodes(chart: string): string[] {
  const bare = chart
    .replace(/^\s*flowchart \w+\n/, "")
    .replaceAll(/\[\([^\n]*?\)\]|\(\[[^\n]*?\]\)|\[[^\]\n]*\]|\|[^|\n]*\|/g, "")
    .replaceAll(/^\s*subgraph (\w+)$/gm, "$1")
    .replaceAll(/^\s*end$/gm, "");
  return bare.split(/\s+|-->|-\.->|&/).filter((word) => word !== "");
}

docs("the pictures are flowcharts that Mermaid draws", () => {
  const charts = pages.flatMap((page) =>
    [...textOf(page).matchAll(/^```mermaid\n([\s\S]*?)^```/gm)].map(([, chart = ""]) => ({ page, chart })),
  );
  assert.ok(charts.some(({ page }) => page === "README.md"));
  for (const { page, chart } of charts) {
    assert.match(chart, /^flowchart (LR|TD|TB)\n/, page);
    const named = nodes(chart);
    assert.ok(named.length > 4, page);
    for (const name of named) {
      assert.match(name, /^[A-Za-z]\w*$/, `${page}: ${name}`);
      assert.not.ok(reserved.has(name), `${page}: '${name}' can't be a node's name`);
    }
  }
});

docs.run();
