// Puts Debian's Prometheus into the ignored folder .tools, for test/prometheus: where there is apt and neither
// PATH nor .tools has it. Nothing is installed. Ends well whatever happens: the tests say what they could not do.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

const folder = join(root, ".tools/prometheus");

function works(command, args, options = {}) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (error === undefined && status !== 0) console.error(`${command} ${args.join(" ")}: ${stderr.trim()}`);
  return status === 0;
}

const have = (command) => spawnSync(command, ["--version"]).status === 0;

function fetched() {
  mkdirSync(join(root, ".tools"), { recursive: true });
  // Beside its place, so that a fetch that breaks off leaves nothing that looks whole.
  const work = mkdtempSync(join(root, ".tools/prometheus-"));
  try {
    console.error("fetching Debian's prometheus into .tools …");
    const download = () => works("apt-get", ["download", "-qq", "prometheus"], { cwd: work });
    if (!download() && !(works("apt-get", ["update", "-qq"]) && download())) return false;
    const [name] = readdirSync(work).filter((each) => each.endsWith(".deb"));
    if (name === undefined || !works("dpkg", ["-x", join(work, name), join(work, "root")])) return false;
    if (!existsSync(folder)) renameSync(join(work, "root"), folder);
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (existsSync(join(folder, "usr/bin/prometheus")) || (have("prometheus") && have("promtool"))) {
  // at hand
} else if (!have("apt-get") || !have("dpkg")) {
  console.error("no prometheus on PATH, and no apt to fetch Debian's with: put `prometheus` and `promtool` on PATH");
} else if (!fetched()) {
  console.error("Debian's prometheus could not be fetched: put `prometheus` and `promtool` on PATH");
}
