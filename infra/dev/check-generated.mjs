// Fails when gen/ is not what the contract generates, naming each file that differs.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { root, run } from "./tools.mjs";

const buf = join(root, "node_modules/.bin/buf");
const fresh = mkdtempSync(join(tmpdir(), "gen-"));

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile());
}

function content(folder, name) {
  try {
    return readFileSync(join(folder, name));
  } catch {
    return undefined;
  }
}

try {
  const generated = run(buf, ["generate", "--output", fresh]);
  const described = run(buf, ["build", "--as-file-descriptor-set", "-o", join(fresh, "gen/descriptors.binpb")]);
  if (generated !== 0 || described !== 0) process.exit(1);
  const names = new Set([...filesOf(join(fresh, "gen")), ...filesOf(join(root, "gen"))]);
  const stale = [...names].filter((name) => {
    const want = content(join(fresh, "gen"), name);
    const have = content(join(root, "gen"), name);
    return want === undefined || have === undefined || !want.equals(have);
  });
  for (const name of stale) console.error(`gen/${name} is not what ${relative(root, join(root, "proto"))}/ generates`);
  if (stale.length > 0) {
    console.error("run `npm run generate` and commit gen/");
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
