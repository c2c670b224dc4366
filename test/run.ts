/**
 * Runs test files, each in a process of its own, two at a time: `node dist/test/run.js [folder or file …]`.
 * A file that contributes no test is a failure (uvu runs nothing when `.run()` is forgotten), and so is one that
 * outlives its limit. Ends with a line `N passed, N failed`.
 *
 * `checks` names those of the twenty checks of hardening that are in no suite of their own (support/twenty-checks.ts).
 * `--deno` runs the sources on Deno instead. Without names, everything but the heavy suites runs.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { checksElsewhere } from "./support/twenty-checks.ts";

/** Suites with commands of their own. Fixtures may look like tests: they are what is read, not what is run. */
const heavy = [
  "access",
  "backends",
  "bench",
  "browser",
  "clients",
  "crash",
  "deploy",
  "docs",
  "eval",
  "hostile",
  "prometheus",
  "smoke",
  "soak",
];
const args = process.argv.slice(2);
const deno = args.includes("--deno");
/** Deno runs the sources, Node what was built. */
const here = deno ? `${process.cwd()}/test/` : fileURLToPath(new URL(".", import.meta.url));
const ending = deno ? ".ts" : import.meta.url.slice(import.meta.url.lastIndexOf("."));
const verbose = args.includes("--verbose");
const names = args
  .filter((a) => !a.startsWith("--"))
  .flatMap((a) => (a === "checks" ? checksElsewhere() : [a]))
  .map((a) => a.replace(/^test\//, "").replace(/\.ts$/, ending));

/** A file's limit, ms: the slowest takes a fifth of it on two loaded cores; the heavy suites kill and restart a lot. */
const isHeavy = names.some((name) => heavy.includes(name.split("/")[0] ?? ""));
const limitMs = Number(process.env["KM_TEST_FILE_LIMIT_MS"] ?? (isHeavy ? 1_200_000 : 240_000));

interface Outcome {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  ms: number;
  output: string;
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (folder === here && (entry.name === "fixtures" || (names.length === 0 && heavy.includes(entry.name))))
        return [];
      return testFiles(path);
    }
    return entry.name.endsWith(`.test${ending}`) ? [path] : [];
  });
}

function wanted(): string[] {
  if (names.length === 0) return testFiles(here).sort();
  return names.flatMap((name) => {
    const path = join(here, name);
    return statSync(path).isDirectory() ? testFiles(path).sort() : [path];
  });
}

function command(file: string): [string, string[]] {
  if (!deno) return [process.execPath, ["--enable-source-maps", file]];
  return [process.env["KM_TEST_DENO"] ?? "deno", ["run", "--no-prompt", "--quiet", "-A", file]];
}

/** How long output may stay open once its process is gone, ms. */
const leftoverMs = 5_000;
const groups = new Set<ChildProcess>();

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already, which is how a test should end.
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    for (const child of groups) killGroup(child);
    process.kill(process.pid, signal);
  });
}

function runFile(file: string): Promise<Outcome> {
  const began = performance.now();
  const [program, programArgs] = command(file);
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, {
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what the test started goes with it.
      detached: true,
      env: { ...process.env, FORCE_COLOR: "0" },
    });
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, limitMs);
    groups.add(child);
    let leftover: NodeJS.Timeout | undefined;
    const end = (code: number | null, note: string) => {
      clearTimeout(timer);
      clearTimeout(leftover);
      killGroup(child);
      groups.delete(child);
      child.stdout.destroy();
      child.stderr.destroy();
      const count = (label: string) => Number(output.match(new RegExp(`^\\s*${label}:\\s+(\\d+)`, "m"))?.[1] ?? 0);
      const total = count("Total");
      const passed = count("Passed");
      let failed = total - passed;
      let notes = note;
      if (late) notes += `\nnot done within ${limitMs} ms\n`;
      if (total + count("Skipped") === 0) notes += "\nno test ran in this file (a forgotten .run()?)\n";
      if (failed === 0 && (code !== 0 || notes !== "")) {
        failed = 1;
        notes += `\nended with exit code ${code}\n`;
      }
      resolve({
        file,
        passed,
        failed,
        skipped: count("Skipped"),
        ms: performance.now() - began,
        output: output + notes,
      });
    };
    child.on("error", (error) => end(1, `\n${program}: ${error.message}\n`));
    child.on("close", (code) => end(code, ""));
    // What a test leaves behind holds its output open, so `close` may never come; nothing it says then is awaited.
    child.on("exit", (code) => {
      leftover = setTimeout(end, leftoverMs, code, "\nleft processes behind\n");
    });
  });
}

const queue = wanted();
const outcomes: Outcome[] = [];
async function work(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const outcome = await runFile(file);
    outcomes.push(outcome);
    const mark = outcome.failed > 0 ? "FAIL" : "ok  ";
    const some = outcome.skipped > 0 ? `, ${outcome.skipped} SKIPPED` : "";
    console.log(
      `${mark} ${relative(here, file)}  ${outcome.passed} passed${some}, ${(outcome.ms / 1000).toFixed(1)} s`,
    );
    for (const [line] of outcome.output.matchAll(/^.*\b(?:SKIPPED|LEFT OUT)\b.*$/gm))
      console.log(`     ${line.trim()}`);
    if (outcome.failed > 0 || verbose) console.log(outcome.output);
    else for (const [seed] of outcome.output.matchAll(/^ *seed \d+.*$/gm)) console.log(`     ${seed.trim()}`);
  }
}
const workers = Number(process.env["KM_TEST_WORKERS"] ?? 2);
await Promise.all(Array.from({ length: workers }, work));

const passed = outcomes.reduce((sum, o) => sum + o.passed, 0);
const failed = outcomes.reduce((sum, o) => sum + o.failed, 0);
for (const { file } of outcomes.filter((o) => o.failed > 0)) console.log(`failed: ${relative(here, file)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
