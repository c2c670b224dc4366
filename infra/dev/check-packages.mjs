// What is installed is what was chosen: exact versions in package.json, a hash for each package in the lock file, no
// install script but of packages that were looked at, and none that is run. `check-packages.mjs [folder]` (default: this
// project). Exit code 1 and a line for each thing that is not so.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { root } from "./tools.mjs";

const folder = process.argv[2] ?? root;
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const manifest = read("package.json");
const { packages } = read("package-lock.json");
const problems = [];

const exact = /^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.-]+)?$/;
for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]) {
  for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
    if (!exact.test(version)) problems.push(`${kind}: ${name} is '${version}', which is no exact version`);
  }
}
(function overrides(of, within) {
  for (const [name, version] of Object.entries(of)) {
    if (typeof version !== "string") overrides(version, `${within} ${name}`);
    else if (!exact.test(version) && !version.startsWith("$"))
      problems.push(`overrides:${within} ${name} is '${version}', which is no exact version`);
  }
})(manifest.overrides ?? {}, "");

// Every name here was looked at; `false` says that it is not run, which .npmrc sees to.
const looked = manifest.allowScripts ?? {};
const scripted = new Set();
for (const [path, entry] of Object.entries(packages)) {
  if (path === "" || entry.link) continue;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  if (entry.integrity === undefined) problems.push(`package-lock.json: ${name}@${entry.version} has no hash`);
  if (!entry.hasInstallScript) continue;
  scripted.add(name);
  if (looked[name] === undefined)
    problems.push(
      `${name}@${entry.version} has an install script; look at it, and list it in package.json's allowScripts`,
    );
}
for (const [name, allowed] of Object.entries(looked)) {
  if (!scripted.has(name)) problems.push(`allowScripts: ${name} has no install script, or is gone`);
  if (allowed !== false) problems.push(`allowScripts: ${name} is ${allowed}; no install script is run here`);
}
const npmrc = existsSync(join(folder, ".npmrc")) ? readFileSync(join(folder, ".npmrc"), "utf8") : "";
for (const setting of ["ignore-scripts=true", "save-exact=true"]) {
  if (!npmrc.split("\n").includes(setting)) problems.push(`.npmrc: '${setting}' is missing`);
}
// With ignore-scripts npm runs no pre- and no post-script, ours included.
for (const name of Object.keys(manifest.scripts ?? {})) {
  const of = name.replace(/^(?:pre|post)/, "");
  if (of !== name && (manifest.scripts[of] !== undefined || /^(?:install|prepare|start|test)$/.test(of)))
    problems.push(`scripts: ${name} would not be run; make it a part of ${of}`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(
  `${Object.keys(packages).length - 1} packages, exact and with their hashes; ${scripted.size} have install scripts, none is run`,
);
