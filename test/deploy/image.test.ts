import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { gatewayCommand, ingest, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { findLinter } from "./find-linters.ts";

const file = projectFile("infra/Dockerfile");
const text = readFileSync(file, "utf8").replaceAll(/\\\n\s*/g, "");
const instructions = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith("FROM ")));

const test = suite("the container image");

const hadolint = findLinter("hadolint");
if (hadolint === undefined) test.skip("hadolint", () => {});
else {
  test("hadolint finds nothing", () => {
    assert.equal(hadolint(["--failure-threshold", "style", file]), { code: 0, text: "" });
  });
}

test("it runs as a user without rights, says whether it lives, and stops by signal", () => {
  const of = (name: string) => last.filter((line) => line.startsWith(`${name} `));
  assert.equal(of("USER"), ["USER 10001:10001"]);
  assert.match(of("HEALTHCHECK")[0] ?? "", "/livez");
  // Not by a shell, which would keep the signal to itself.
  assert.match(of("ENTRYPOINT")[0] ?? "", /^ENTRYPOINT \["node",/);
  assert.match(of("ENV")[0] ?? "", "KM_STATE_PATH=/opt/knowledge/var");
});

test("nothing private or made is sent to its build", () => {
  const ignored = readFileSync(projectFile("infra/Dockerfile.dockerignore"), "utf8").split("\n");
  for (const name of [".git", ".tools", "dist", "node_modules", ".gateway"]) assert.ok(ignored.includes(name), name);
});

/** What the last stage takes of the first, put together as the image has it. */
function assembled(): string {
  const app = join(temporaryFolder(), "app");
  for (const line of last) {
    const [, from = "", to = ""] = /^COPY --from=build (.+) (\S+)$/.exec(line) ?? [];
    if (from === "") continue;
    for (const one of from.split(" ").map((path) => path.replace(/^\/build\//, ""))) {
      const target = to.endsWith("/") ? join(app, to, one) : join(app, to);
      mkdirSync(dirname(target), { recursive: true });
      if (one === "node_modules") symlinkSync(projectFile(one), target);
      else cpSync(projectFile(one), target, { recursive: true });
    }
  }
  return app;
}

if (!import.meta.url.endsWith(".js")) {
  console.error("the image's files are tried on a built test alone");
  test.skip("what it holds is enough", () => {});
} else {
  test("what it holds is enough to index and to answer, and none of it is written to", async () => {
    const app = assembled();
    const before = readdirSync(app, { recursive: true }).map(String).sort();
    const repo = makeRepo({ "src/tide.ts": "export const tide = 1;\n", "docs/a.md": "# Tide\n\nIt rises.\n" });
    const program: [string, string] = [gatewayCommand()[0], join(app, "dist/src/cli/gateway.js")];
    assert.ok(existsSync(program[1]));
    const gateway = await startGatewayProcess({ sources: { harbour: repo.root }, program });
    await ingest(gateway.clients());
    const { hits } = await gateway.clients().search.search({ query: "tide" });
    assert.ok(hits.length > 0);
    assert.is((await gateway.stop()).code, 0);
    assert.equal(readdirSync(app, { recursive: true }).map(String).sort(), before);
    repo.remove();
    assert.is(process.exitCode ?? 0, 0);
  });
}

test.run();
