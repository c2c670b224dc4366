// Makes a fresh clone ready: installs what the lock file names when it is missing or older, then builds.
// Plain JavaScript, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
process.chdir(root);

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) {
  console.error(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  process.exit(1);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (error || status !== 0) {
    console.error(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`);
    process.exit(1);
  }
}

const installed = "node_modules/.package-lock.json";
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync("package-lock.json").mtimeMs) {
  console.error("installing what package-lock.json names …");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}
rmSync("dist", { recursive: true, force: true }); // a deleted test must not run on
run(process.execPath, ["node_modules/typescript/bin/tsc"]);
// A thread reads its modules anew, over a hundred files each: in one file it starts in half the time.
const { buildSync } = await import("esbuild");
const workers = readdirSync("dist/src", { recursive: true })
  .filter((path) => path.endsWith("-worker.js"))
  .map((path) => join("dist/src", path));
buildSync({
  entryPoints: workers,
  outdir: "dist/src",
  outbase: "dist/src",
  allowOverwrite: true,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: true,
});
// npm marks them as programs when it links them, which it does once: a later build would leave plain files behind.
for (const program of Object.values(JSON.parse(readFileSync("package.json", "utf8")).bin)) chmodSync(program, 0o755);
