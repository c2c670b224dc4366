// `npm run test:runtimes [-- --on node-20,node-22,node-24,deno] [suite or file …]`: suites on every runtime that the
// gateway is said to run on, brought from the npm registry into the ignored folder .tools (Linux x64). Without names:
// hostile, crash and the others of the twenty checks. Node 20 runs what was built, the others the sources. Differences: test/runtimes/known-differences.md
import process from "node:process";
import { deno, denoVersion, node, run } from "./tools.mjs";

const built = ["dist/test/run.js"];
const sources = ["test/run.ts"];
/** By name, the command that runs suites there. */
const runtimes = new Map([
  ["node-20", () => ({ command: node(20), args: built })],
  ["node-22", () => ({ command: node(22), args: sources })],
  ["node-24", () => ({ command: node(24), args: sources })],
  ["deno", () => ({ command: process.execPath, args: [...built, "--deno"], env: { KM_TEST_DENO: deno() } })],
]);

function refuse(problem) {
  console.error(
    `${problem}\nnpm run test:runtimes [-- --on ${[...runtimes.keys()].join(",")}] [suite or file …]   (default: all of them, hostile checks crash; deno is ${denoVersion})`,
  );
  process.exit(2);
}

const args = process.argv.slice(2);
const at = args.indexOf("--on");
const chosen = at < 0 ? [...runtimes.keys()] : (args[at + 1] ?? "").split(",");
if (at >= 0) args.splice(at, 2);
for (const name of chosen) if (!runtimes.has(name)) refuse(`'${name}' is no runtime`);
for (const word of args) if (word.startsWith("-")) refuse(`'${word}' is not known`);
const suites = args.length > 0 ? args : ["hostile", "checks", "crash"];

const outcomes = chosen.map((name) => {
  console.log(`=== ${suites.join(" ")} on ${name}`);
  const began = performance.now();
  const { command, args: first, env = {} } = runtimes.get(name)();
  const status = run(command, [...first, ...suites], { env: { ...process.env, ...env } });
  return { name, status, seconds: (performance.now() - began) / 1_000 };
});
for (const { name, status, seconds } of outcomes) {
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${seconds.toFixed(0)} s)`);
}
process.exitCode = outcomes.some(({ status }) => status !== 0) ? 1 : 0;
