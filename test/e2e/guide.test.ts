import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { haveOpenssl, makeSelfSigned } from "../support/certificates.ts";
import { type Launched, launchGateway, runCommand, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

const run = promisify(execFile);
const test = suite("what npm start says");
const repo = makeRepo({ "src/read.ts": "/** Where the configuration is read. */\nexport function readConfig() {}\n" });
test.after(() => repo.remove());

/** What it has said once that holds the words. */
async function saidWith(gateway: Launched, words: string): Promise<string> {
  let ended: string | undefined;
  void gateway.ended.then(({ stderr }) => {
    ended = stderr;
  });
  while (!gateway.said().includes(words)) {
    if (ended !== undefined) throw new Error(`it ended: ${ended}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return gateway.said();
}

/** A command line as a shell splits it: what is quoted is one word. */
function wordsOf(line: string): string[] {
  const words = line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g);
  return [...words].map(([, single, double, bare]) => single ?? double ?? bare ?? "");
}

test("what it did, and three commands to try, which find what was indexed", async () => {
  const statePath = temporaryFolder();
  const env = { KM_REPO_PATH: repo.root, KM_INGEST_ON_START: "auto" };
  const gateway = launchGateway({ statePath, env }, "--guide");
  const said = await saidWith(gateway, "/knowledge.v1.SearchService/Search\n");
  assert.match(said, /^serving gRPC on 127\.0\.0\.1:\d+, metrics on http:\/\/127\.0\.0\.1:\d+\/metrics$/m);
  assert.match(said, /: succeeded, 1 files \(1 added, .*\), 1 chunks written, 1 in all, in \d+\.\d s$/m);
  const [search = [], grpcurl = [], curl = [], ...more] = said
    .split("\n")
    .filter((line) => line.startsWith("  npm exec ") || line.startsWith("  grpcurl "))
    .map(wordsOf);
  assert.equal(more, []);

  assert.equal(search.slice(0, 5), ["npm", "exec", "gateway", "--", "search"]);
  const found = await runCommand(search.slice(4), { statePath });
  assert.match(found.stdout, /^1\. src\/read\.ts:1-2/, found.stderr);
  assert.equal(curl.slice(0, 5), ["npm", "exec", "buf", "--", "curl"]);
  const { stdout } = await run(projectFile("node_modules/.bin/buf"), curl.slice(4));
  assert.match(stdout, '"path": "src/read.ts"');
  // grpcurl is not everywhere (npm run test:clients has it); what it would send is what buf sent.
  const body = curl[curl.indexOf("-d") + 1] ?? "";
  const address = /serving gRPC on (\S+),/.exec(said)?.[1] ?? "";
  assert.equal(grpcurl, ["grpcurl", "-plaintext", "-d", body, address, "knowledge.v1.SearchService/Search"]);

  gateway.signal("SIGINT"); // Ctrl-C
  assert.is((await gateway.ended).code, 0);
});

test("with tokens the commands show where one goes, and none is printed", async () => {
  const token = "maintainer-0123456789abcdefghijklmnopqrstuvwx";
  const env = { KM_REPO_PATH: repo.root, KM_INGEST_ON_START: "auto", KM_ADMIN_TOKEN: token };
  const gateway = launchGateway({ env }, "--guide");
  const said = await saidWith(gateway, "/knowledge.v1.SearchService/Search\n");
  assert.match(said, /: succeeded, 1 files/);
  assert.is(said.split('-H "authorization: Bearer $KM_TOKEN"').length, 3, said);
  assert.match(said, "KM_TOKEN holds one of your tokens");
  assert.not.match(said, token);
  gateway.signal("SIGTERM");
  assert.is((await gateway.ended).code, 0);
});

test("over TLS the commands say so, and work", async () => {
  if (!haveOpenssl()) return void console.error("NO OPENSSL: certificates can't be made, TLS is not tested here");
  const { cert, key, remove } = makeSelfSigned();
  const statePath = temporaryFolder();
  const env = { KM_REPO_PATH: repo.root, KM_INGEST_ON_START: "auto", KM_TLS_CERT_FILE: cert, KM_TLS_KEY_FILE: key };
  const gateway = launchGateway({ statePath, env }, "--guide");
  const said = await saidWith(gateway, "/knowledge.v1.SearchService/Search\n");
  const [search = [], curl = []] = ["exec gateway", "exec buf"].map((what) => {
    return wordsOf(said.split("\n").find((line) => line.includes(what)) ?? "");
  });
  assert.equal(search.slice(0, 2), [`KM_TLS_CERT_FILE=${cert}`, `KM_TLS_KEY_FILE=${key}`]);
  const files = { KM_TLS_CERT_FILE: cert, KM_TLS_KEY_FILE: key };
  const found = await runCommand(search.slice(6), { statePath, env: files });
  assert.match(found.stdout, /^1\. src\/read\.ts:1-2/, found.stderr);
  const { stdout } = await run(projectFile("node_modules/.bin/buf"), curl.slice(4));
  assert.match(stdout, '"path": "src/read.ts"');
  assert.match(said, `  grpcurl -cacert ${cert} -authority localhost -d `);
  gateway.signal("SIGINT");
  assert.is((await gateway.ended).code, 0);
  remove();
});

const built = existsSync(projectFile("dist/src/cli/gateway.js"));
test("npm exec gateway and gateway-ingest run what was built in this checkout", async () => {
  if (!built) return void console.error("NOTHING IS BUILT: npm exec is not tested here");
  const { version } = JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as { version: string };
  for (const name of ["gateway", "gateway-ingest"]) {
    // Offline: nothing of this name may come from a registry.
    const env = { ...process.env, npm_config_offline: "true", npm_config_update_notifier: "false" };
    const { stdout } = await run("npm", ["exec", name, "--", "--version"], { cwd: projectFile("."), env });
    assert.is(stdout.trim(), version, name);
  }
});

test.run();
