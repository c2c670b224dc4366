import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { currentRuntime, projectFile } from "../../src/runtime/mod.ts";
import {
  type Ended,
  gatewayCommand,
  ingest,
  type Place,
  runCommand,
  startGatewayProcess,
  temporaryFolder,
} from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

const test = suite("a start is refused with cause and remedy");
const repo = makeRepo({ "docs/tide.md": "# Tide\n\nThe water rises twice a day.\n" });
const sources = { harbour: repo.root };
test.after(() => repo.remove());

/** A message for people: one to read, nothing of the program's inside. */
function assertMessage({ stdout, stderr }: Ended, ...said: readonly (string | RegExp)[]): void {
  for (const words of said) assert.match(stderr, words);
  const text = stdout + stderr;
  assert.not.match(text, /(^|\\n|\n)\s+at \S+.*:\d+:\d+/, "a stack trace");
  assert.not.match(text, /\bnode:internal|Uncaught|UnhandledPromise/);
}

async function refused(place: Place, ...said: readonly (string | RegExp)[]): Promise<void> {
  const ended = await runCommand(["serve"], place);
  assert.is(ended.code, 1, ended.stderr);
  assertMessage(ended, ...said);
}

async function heldPort(): Promise<{ address: string; close(): void }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

test("the gRPC port is in use", async () => {
  const held = await heldPort();
  await refused({ sources, env: { KM_GRPC_ADDRESS: held.address } }, held.address, "KM_GRPC_ADDRESS");
  held.close();
});

test("the sidecar's port is in use", async () => {
  const held = await heldPort();
  await refused({ sources, env: { KM_METRICS_ADDRESS: held.address } }, held.address, "KM_METRICS_ADDRESS");
  held.close();
});

test("every problem of the configuration is told at once", () =>
  refused(
    {
      sources,
      env: {
        KM_GRPC_ADDRESS: "localhost:99999",
        KM_METRICS_ADDRESS: "::::",
        KM_LOG_LEVL: "info",
        KM_READER_TOKEN: "changeme",
      },
    },
    "KM_GRPC_ADDRESS",
    "KM_METRICS_ADDRESS",
    /KM_LOG_LEVL.*KM_LOG_LEVEL/,
    "KM_READER_TOKEN",
  ));

test("an address that is not this machine's", () =>
  refused(
    {
      sources,
      env: {
        KM_GRPC_ADDRESS: "192.0.2.7:50051",
        KM_ADMIN_TOKEN: "0123456789abcdefghijklmnopqrstuvwxyzABCDEF",
        KM_ALLOW_PLAINTEXT: "on",
      },
    },
    "192.0.2.7:50051",
    "KM_GRPC_ADDRESS",
  ));

test("a state directory that can't be made", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  await refused({ sources, statePath: join(folder, "file", "state") }, join(folder, "file"), "KM_STATE_PATH");
  if (process.getuid?.() === 0) return; // for whom nothing is unwritable
  mkdirSync(join(folder, "locked"));
  chmodSync(join(folder, "locked"), 0o500);
  await refused({ sources, statePath: join(folder, "locked", "state") }, "KM_STATE_PATH");
});

test("a second gateway is refused by name of the first, which goes on", async () => {
  const first = await startGatewayProcess({ sources });
  await ingest(first.clients());
  await refused({ sources, statePath: first.statePath }, `process ${first.pid}`, "KM_STATE_PATH");
  assert.is((await first.clients().search.search({ query: "water" })).hits.length, 1);
  assert.is((await first.stop()).code, 0);
});

test("a runtime that is known to fail, for every command that would serve or open the index", async () => {
  const pretending = (name: string, version: string): [string, ...string[]] => {
    const [runtime, ...args] = gatewayCommand();
    const file = join(temporaryFolder(), "pretends.mjs");
    const versions = JSON.stringify({ [name]: version });
    writeFileSync(
      file,
      `import process from "node:process";
Object.defineProperty(process, "versions", { value: { ...process.versions, ...${versions} } });
await import(${JSON.stringify(pathToFileURL(args.at(-1) ?? "").href)});\n`,
    );
    // Deno looks for the imports' map beside the file that it is given.
    const config = currentRuntime().name === "deno" ? ["--config", projectFile("deno.json")] : [];
    return [runtime, ...args.slice(0, -1), ...config, file];
  };
  const abortingDeno = pretending("deno", "2.9.5");
  for (const args of [["serve"], ["search", "water"]]) {
    const ended = await runCommand(args, { sources, program: abortingDeno });
    assert.is(ended.code, 1, ended.stderr);
    assertMessage(ended, "deno 2.9.5", "use Deno 2.9.3", "KM_ALLOW_KNOWN_BAD_RUNTIME=on");
  }
  if (currentRuntime().name === "deno") return; // which calls itself so before it calls itself Node
  const ended = await runCommand(["serve"], { sources, program: pretending("node", "18.20.4") });
  assert.is(ended.code, 1, ended.stderr);
  assertMessage(ended, "node 18.20.4 is too old", "use Node 20");
});

test("a source that does not exist", () =>
  refused({ sources: { harbour: join(repo.root, "nowhere") } }, 'source "harbour"', "KM_SOURCES"));

/** A PATH that has everything but Git. */
function pathWithoutGit(): string {
  const folder = temporaryFolder();
  symlinkSync(process.execPath, join(folder, "node"));
  return folder;
}

test("without Git a source is walked, and that is said", async () => {
  const gateway = await startGatewayProcess({ sources, env: { PATH: pathWithoutGit() } });
  const clients = gateway.clients();
  const [run] = await ingest(clients);
  assert.is(run?.files?.added, 1);
  assert.is(run?.commit, "");
  assert.is((await clients.search.search({ query: "water" })).hits[0]?.artifact?.path, "docs/tide.md");
  const { sources: known } = await clients.ingest.listSources({});
  assert.match(known[0]?.warnings.join("\n") ?? "", /[Gg]it/);
  assertMessage(await gateway.stop());
});

test("a hostile Git configuration runs nothing", async () => {
  const hostile = makeRepo({
    "a.md": "# Anchor\n\nIt holds the ship.\n",
    ".gitattributes": "* filter=evil diff=evil\n",
  });
  const proof = join(temporaryFolder(), "ran");
  const evil = `touch ${proof}; cat`;
  for (const key of ["core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process"]) {
    hostile.git("config", key, `sh -c '${evil}'`);
  }
  for (const key of ["diff.evil.textconv", "diff.evil.command", "core.pager", "core.sshCommand", "core.editor"]) {
    hostile.git("config", key, `sh -c '${evil}'`);
  }
  hostile.git("config", "core.hooksPath", hostile.root);
  for (const hook of ["post-index-change", "post-checkout", "fsmonitor-watchman"]) {
    hostile.write(hook, `#!/bin/sh\n${evil}\n`);
    hostile.executable(hook);
  }
  hostile.write("a.md", "# Anchor\n\nIt holds the ship fast.\n");
  const gateway = await startGatewayProcess({ sources: { hostile: hostile.root } });
  await ingest(gateway.clients());
  const { hits } = await gateway.clients().search.search({ query: "what holds the ship fast" });
  assert.is(hits[0]?.artifact?.path, "a.md");
  await gateway.stop();
  assert.not(existsSync(proof), "something of the repository's configuration was run");
  hostile.remove();
});

test.run();
