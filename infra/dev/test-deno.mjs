// `npm run test:deno [file …]`: the tests from the sources, on Deno.
import process from "node:process";
import { deno, run } from "./tools.mjs";

const env = { ...process.env, KM_TEST_DENO: deno() };
process.exitCode = run(process.execPath, ["dist/test/run.js", "--deno", ...process.argv.slice(2)], { env });
