import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { describeVariables } from "../../src/config/mod.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { describeMetrics } from "../../src/telemetry/mod.ts";
import { parseBench } from "../bench/bench-arguments.ts";
import { parseLoad } from "../load/load-arguments.ts";
import { parseSoak } from "../soak/soak-arguments.ts";
import { checkGatewayCommand, gatewayFlags, gatewayGroups, words } from "./check-gateway-command.ts";
import { documentedCommands, spelledOut } from "./documented-commands.ts";
import { otherNames } from "./other-names.ts";
import { filled, sampleWorld } from "./placeholders.ts";
import { type Page, parsePage, readPages } from "./read-pages.ts";

const pages = readPages();
const byPath = new Map(pages.map((page) => [page.path, page]));
const test = suite("names in the documents");
const manifest = JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as {
  scripts: Record<string, string>;
  bin: Record<string, string>;
};

/** All of them at once: whoever renamed something mends all pages in one go. */
function none(faults: readonly string[]): void {
  assert.is(faults.join("\n"), "");
}

function sourceTexts(folder: string): string[] {
  return readdirSync(projectFile(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return path === join("test", "docs") ? [] : sourceTexts(path);
    return /\.(?:ts|mjs|py|sh|ya?ml)$/.test(entry.name) ? [readFileSync(projectFile(path), "utf8")] : [];
  });
}
const sources = [...sourceTexts("src"), ...sourceTexts("test"), ...sourceTexts("infra")].join("\n");

/** `ledger-*.test.ts` for what such a name stands for. */
function exists(path: string): boolean {
  const built = /^dist\/(.*)\.js$/.exec(path);
  if (built) return exists(`${built[1]}.ts`);
  if (!path.includes("*")) return existsSync(projectFile(path));
  const folder = projectFile(dirname(path));
  const escaped = path.slice(path.lastIndexOf("/") + 1).replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`^${escaped.replaceAll("*", ".*")}$`);
  return existsSync(folder) && statSync(folder).isDirectory() && readdirSync(folder).some((name) => pattern.test(name));
}

/** Words that can only be a path of this project, without the lines behind it. */
function paths(page: Page): string[] {
  const shell = page.fences.filter(({ language }) => language === "sh" || language === "console");
  const code = [...page.inline, ...shell.map(({ text }) => text)].flatMap((text) => text.split(/[\s=,]+/));
  return code
    .map((word) => word.replace(/:\d+(-\d+)?$/, "").replace(/[;)]$/, ""))
    .filter((word) => /^(?:src|test|infra|docs|proto|gen|dist|\.ci)\/[\w.*/-]+$/.test(word));
}

test("every block says its language, and none is marked by indenting", () => {
  const known = new Set(["sh", "console", "yaml", "ts", "python", "go", "mermaid", "cypher", "promql", "text"]);
  none(
    pages.flatMap((page) => [
      ...page.fences
        .filter(({ language }) => !known.has(language))
        .map(({ language }) => `${page.path}: '${language}'`),
      ...(/^(?![ ]*[-*\d]).*\n\n {4}\S.*$/m.test(page.prose) ? [`${page.path}: an indented block`] : []),
    ]),
  );
});

test("links lead to files and headings that are there", () => {
  const faults: string[] = [];
  let followed = 0;
  for (const page of pages) {
    for (const link of page.links.filter((target) => !/^[a-z]+:/.test(target))) {
      followed++;
      const [file = "", heading] = link.split("#");
      const path = file === "" ? page.path : normalize(join(dirname(page.path), file));
      if (!existsSync(projectFile(path))) faults.push(`${page.path}: ${link}`);
      else if (heading !== undefined && !(byPath.get(path) ?? readOther(path)).anchors.has(heading)) {
        faults.push(`${page.path}: ${link}: no such heading`);
      }
    }
  }
  none(faults);
  assert.ok(followed > 50);
});

const readOther = (path: string): Page => parsePage(path, readFileSync(projectFile(path), "utf8"));

test("subcommands and flags of gateway are there", () => {
  const groups = gatewayGroups();
  const inline = pages.flatMap(({ path, inline: all }) =>
    all
      .filter((code) => groups.has(code.split(" ")[0]!) && code.includes(" "))
      .map((code) => [path, `gateway ${code}`]),
  );
  const whole = [...documentedCommands(pages).values()].map(({ command, pages: [path = ""] }) => [path, command]);
  let checked = 0;
  const faults = [...whole, ...inline].flatMap(([path = "", command = ""]) => {
    const line = filled(command.replace(/^npm exec /, "").replace(/^(gateway(?:-ingest)?) -- /, "$1 "), sampleWorld);
    if (!/^gateway(-ingest)? /.test(line)) return [];
    return spelledOut(line).flatMap((one) => {
      checked++;
      const [name, ...args] = words(one);
      const outcome = checkGatewayCommand(name === "gateway-ingest" ? ["ingest", ...args] : args);
      return typeof outcome === "object" ? [`${path}: ${command}: ${outcome.fault}`] : [];
    });
  });
  none(faults);
  assert.ok(checked > 50);
});

test("flags that stand alone belong to a command", () => {
  const known = gatewayFlags();
  const faults = pages.flatMap(({ path, inline }) =>
    inline.flatMap((code) => {
      const [flag = ""] = /^--[a-z][\w-]*/.exec(code) ?? [];
      const taken =
        known.has(flag) || sources.includes(`"${flag}"`) || new RegExp(`\\b${flag.slice(2)}: \\{`).test(sources);
      return flag === "" || taken || otherNames.flags.has(flag) ? [] : [`${path}: ${code}`];
    }),
  );
  none(faults);
});

test("npm's scripts and programs are there, and take what is given to them", () => {
  const faults: string[] = [];
  for (const {
    command,
    pages: [path = ""],
  } of documentedCommands(pages).values()) {
    for (const [, name = ""] of command.matchAll(/\bnpm run ([\w:]+)/g)) {
      if (!(name in manifest.scripts)) faults.push(`${path}: ${command}: no script '${name}'`);
    }
    for (const [, name = ""] of command.matchAll(/\bnpm exec (\S+)/g)) {
      const there = name in manifest.bin || existsSync(projectFile(`node_modules/.bin/${name}`));
      if (!there) faults.push(`${path}: ${command}: no program '${name}'`);
    }
    const [, script, rest = ""] = /^npm run (bench|soak|load) -- (.*)$/.exec(command) ?? [];
    if (script === undefined) continue;
    const args = words(rest.replace("--tree …", "--tree small").replace("--minutes N", "--minutes 1"));
    const parsed = { bench: parseBench, load: parseLoad, soak: (some: readonly string[]) => parseSoak(some, 1) }[
      script as "bench" | "load" | "soak"
    ](args);
    if ("problem" in parsed) faults.push(`${path}: ${command}: ${parsed.problem}`);
  }
  none(faults);
});

test("files and folders of this project are there", () => {
  const all = pages.flatMap((page) => paths(page).map((path) => [page.path, path] as const));
  none(
    all.filter(([, path]) => !exists(path) && !otherNames.paths.has(path)).map(([page, path]) => `${page}: ${path}`),
  );
  assert.ok(all.length > 100);
});

test("variables are declared, or read by a test or by a script", () => {
  const declared = new Set(describeVariables().map(({ name }) => name));
  const faults = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bKM_[A-Z][A-Z0-9_]*/g)]
      .map(([name]) => name)
      .filter((name) => !declared.has(name) && !otherNames.variables.has(name))
      .filter((name) => !/^KM_(TEST|SMOKE)_/.test(name) || !sources.includes(name))
      .map((name) => `${path}: ${name}`),
  );
  none(faults);
});

test("series are in the table of metrics", () => {
  const declared = new Set(describeMetrics().map(({ name }) => name));
  const faults = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bkm_[a-z][a-z0-9_]*/g)]
      .map(([name]) => name)
      .filter((name) => !declared.has(name) && !declared.has(name.replace(/_(?:bucket|sum|count)$/, "")))
      .map((name) => `${path}: ${name}`),
  );
  none(faults);
});

test("names that are let through are still in the documents", () => {
  const all = pages.map(({ text }) => text).join("\n");
  const rows = [...otherNames.flags, ...otherNames.paths, ...otherNames.variables].map(([name]) => name);
  none(rows.filter((name) => !all.includes(name)));
});

test.run();
