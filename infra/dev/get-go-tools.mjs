// `node infra/dev/get-go-tools.mjs h2spec ghz`: builds tools written in Go into the ignored folder .tools/bin, for
// `npm run conformance` and `npm run load`: where there is Go. Ends well whatever happens: the commands say what they
// lack.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { root } from "./tools.mjs";

/** Versions that the commands were last seen to work with. */
const tools = new Map([
  ["h2spec", "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible"],
  ["ghz", "github.com/bojand/ghz/cmd/ghz@v0.121.0"],
]);
const bin = join(root, ".tools/bin");

for (const name of process.argv.slice(2)) {
  const from = tools.get(name);
  if (from === undefined) throw new Error(`${name}: there are ${[...tools.keys()].join(", ")}`);
  if (existsSync(join(bin, name))) continue;
  if (spawnSync("go", ["version"]).status !== 0) {
    console.error(`no Go on PATH: ${name} can't be built`);
    continue;
  }
  console.error(`building ${name} into .tools/bin …`);
  const { status } = spawnSync("go", ["install", from], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, GOBIN: bin },
  });
  if (status !== 0) console.error(`${name} could not be built from ${from}`);
}
