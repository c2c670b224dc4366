// Puts Debian's redis-server into the ignored folder .tools, for test/backends/redis: where there is apt and neither
// PATH nor .tools has it. Nothing is installed. Ends well whatever happens: the tests say what they could not do.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

const folder = join(root, ".tools/redis");
/** The server's program is in redis-tools; the libraries are those that small systems lack. */
const packages = ["redis-server", "redis-tools", "liblzf1", "libjemalloc2", "libatomic1"];

function works(command, args, options = {}) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (error === undefined && status !== 0) console.error(`${command} ${args.join(" ")}: ${stderr.trim()}`);
  return status === 0;
}

const have = (command) => spawnSync(command, ["--version"]).status === 0;

function fetched() {
  mkdirSync(join(root, ".tools"), { recursive: true });
  // Beside its place, so that a fetch that breaks off leaves nothing that looks whole.
  const work = mkdtempSync(join(root, ".tools/redis-"));
  try {
    console.error("fetching Debian's redis-server into .tools …");
    const download = () => works("apt-get", ["download", "-qq", ...packages], { cwd: work });
    if (!download() && !(works("apt-get", ["update", "-qq"]) && download())) return false;
    for (const name of readdirSync(work).filter((each) => each.endsWith(".deb"))) {
      if (!works("dpkg", ["-x", join(work, name), join(work, "root")])) return false;
    }
    if (!existsSync(folder)) renameSync(join(work, "root"), folder);
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (existsSync(join(folder, "usr/bin/redis-server")) || have("redis-server")) {
  // at hand
} else if (!have("apt-get") || !have("dpkg")) {
  console.error("no redis-server on PATH, and no apt to fetch Debian's with: put `redis-server` on PATH");
} else if (!fetched()) {
  console.error("Debian's redis-server could not be fetched: put `redis-server` on PATH");
}
