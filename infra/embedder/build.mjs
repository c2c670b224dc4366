// Makes infra/embedder/words.bin: node infra/embedder/build.mjs, after `npm run build`. Needs Python 3.11, npm and
// their registries; some ten minutes of two cores. What it fetches and makes on the way lies in .cache/embedder.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const work = fileURLToPath(new URL("../../.cache/embedder/", import.meta.url));
const python = `${work}venv/bin/python`;
const run = (command, args, options = {}) => execFileSync(command, args, { stdio: "inherit", ...options });

mkdirSync(`${work}packages`, { recursive: true });
if (!existsSync(python)) run("python3", ["-m", "venv", `${work}venv`]);
run(python, ["-m", "pip", "install", "-q", "numpy==2.4.6", "scipy==1.17.1"]);

const packages = JSON.parse(readFileSync(`${here}packages.json`, "utf8"));
const pinned = (registry, mark) =>
  packages.filter((each) => each.registry === registry).map(({ name, version }) => `${name}${mark}${version}`);
const download = ["-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", `${work}packages`];
run(python, [...download, ...pinned("pypi", "==")]);
run("npm", ["pack", "--silent", ...pinned("npm", "@")], { cwd: `${work}packages` });

run(python, [`${here}read_pairs.py`, `${work}packages`, `${work}pairs.jsonl`]);
run(process.execPath, [`${here}count-terms.mjs`, `${work}pairs.jsonl`, work]);
run(python, [`${here}learn.py`, work, `${here}words.bin`]);
const table = readFileSync(`${here}words.bin`);
process.stdout.write(`words.bin: ${table.length} bytes, sha256 ${createHash("sha256").update(table).digest("hex")}\n`);
