// Every package in the lock file has a licence that may be shipped with this one. `--list` prints them all;
// `--in FOLDER` asks of another project's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { root } from "./tools.mjs";

/** Permissive: they ask for their notice and no more. */
const allowed = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Python-2.0",
  "Unlicense",
]);

/** Packages whose licence the lock file does not say, or says otherwise, each with what it is and where that stands. */
const known = new Map([]);

const at = process.argv.indexOf("--in");
const folder = at < 0 ? root : process.argv[at + 1];
const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));

/** "(MIT OR Apache-2.0)", "MIT AND ISC": one of an OR is enough, all of an AND are wanted. */
function permitted(expression) {
  const plain = expression.replaceAll(/[()]/g, " ").trim();
  return plain.split(/\s+OR\s+/).some((one) => one.split(/\s+AND\s+/).every((licence) => allowed.has(licence.trim())));
}

function installed(path) {
  try {
    const { license, licenses } = JSON.parse(readFileSync(join(folder, path, "package.json"), "utf8"));
    return license?.type ?? license ?? licenses?.[0]?.type;
  } catch {
    return undefined; // another platform's
  }
}

const byLicence = new Map();
const refused = [];
for (const [path, entry] of Object.entries(packages)) {
  if (path === "" || entry.link) continue;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const licence = known.get(name) ?? entry.license ?? installed(path) ?? "not said";
  byLicence.set(licence, [...(byLicence.get(licence) ?? []), `${name}@${entry.version}`]);
  if (!permitted(licence)) refused.push(`${name}@${entry.version}: ${licence}`);
}

if (process.argv.includes("--list")) {
  for (const [licence, names] of [...byLicence].sort()) console.log(`${licence}\n  ${names.sort().join("\n  ")}`);
}
for (const one of refused) console.error(`licence not allowed: ${one}`);
if (refused.length > 0) process.exit(1);
console.log(`${[...byLicence.values()].flat().length} packages, ${byLicence.size} licences, all allowed`);
