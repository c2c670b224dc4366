// Puts packages of Debian into a folder below the ignored .tools, for tests on real servers: where there is apt and
// neither PATH nor .tools has them. Nothing is installed. Ends well whatever happens: the tests say what they could
// not do.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

function works(command, args, options = {}) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (error === undefined && status !== 0) console.error(`${command} ${args.join(" ")}: ${stderr.trim()}`);
  return status === 0;
}

const have = (command) => spawnSync(command, ["--version"]).status === 0;

function fetched(folder, packages) {
  mkdirSync(join(root, ".tools"), { recursive: true });
  // Beside its place, so that a fetch that breaks off leaves nothing that looks whole.
  const work = mkdtempSync(`${folder}-`);
  try {
    console.error(`fetching Debian's ${packages[0]} into .tools …`);
    const download = () => works("apt-get", ["download", "-qq", ...packages], { cwd: work });
    if (!download() && !(works("apt-get", ["update", "-qq"]) && download())) return false;
    const archives = readdirSync(work).filter((each) => each.endsWith(".deb"));
    if (!archives.every((name) => works("dpkg", ["-x", join(work, name), join(work, "root")]))) return false;
    if (!existsSync(folder)) renameSync(join(work, "root"), folder);
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param name the folder below .tools
 * @param packages of Debian, the one that is wanted first
 * @param programs that the tests run
 */
export function fetchDebian(name, packages, programs) {
  const folder = join(root, ".tools", name);
  if (existsSync(join(folder, "usr/bin", programs[0])) || programs.every(have)) return;
  const remedy = `put ${programs.join(" and ")} on PATH`;
  if (!have("apt-get") || !have("dpkg")) {
    console.error(`no ${programs[0]} on PATH, and no apt to fetch Debian's with: ${remedy}`);
  } else if (!fetched(folder, packages)) {
    console.error(`Debian's ${packages[0]} could not be fetched: ${remedy}`);
  }
}
