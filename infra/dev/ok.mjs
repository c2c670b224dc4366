// `npm run ok`: every gate, fast ones first; stops at the first that fails. `--without-tests` leaves out what
// `npm test` has run already.
import { join } from "node:path";
import process from "node:process";
import { root, run } from "./tools.mjs";

const bin = (name) => join(root, "node_modules/.bin", name);
const self = process.execPath;

const gates = [
  ["format and lint", bin("biome"), ["check", "--error-on-warnings", "."]],
  ["types", bin("tsc"), ["--noEmit"]],
  ["contract lint", bin("buf"), ["lint"]],
  ["contract compatibility", bin("buf"), ["breaking", "--against", "proto/baseline.binpb"]],
  ["generated code", self, ["infra/dev/check-generated.mjs"]],
  ["packages", self, ["infra/dev/check-packages.mjs"]],
  ["licences", self, ["infra/dev/check-licences.mjs"]],
  ["build", self, ["infra/dev/prepare.mjs"]],
  ["architecture", self, ["dist/test/run.js", "architecture.test.ts"]],
  ["tests on Node", self, ["dist/test/run.js"]],
  ["tests on Deno", self, ["infra/dev/test-deno.mjs"]],
];

const skipped = process.argv.includes("--without-tests") ? new Set(["architecture", "tests on Node"]) : new Set();
for (const [name, command, args] of gates) {
  if (skipped.has(name)) continue;
  const began = performance.now();
  const status = run(command, args);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  if (status !== 0) process.exit(1);
}
