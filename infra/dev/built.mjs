// `node infra/dev/built.mjs FILE [argument …]`: makes ready what is missing (prepare.mjs), then runs a file of what was
// built, in this process, so that signals reach it. With GATEWAY_BUILT=on what stands in dist is taken as it is: for
// tests that run a script of package.json beside others.
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { run } from "./tools.mjs";

const here = dirname(fileURLToPath(import.meta.url));
if (process.env.GATEWAY_BUILT !== "on" && run(process.execPath, [join(here, "prepare.mjs")]) !== 0) process.exit(1);
const [file = "", ...rest] = process.argv.slice(2);
process.argv = [process.execPath, resolve(file), ...rest];
await import(pathToFileURL(resolve(file)).href);
