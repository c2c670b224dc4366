import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { projectFile } from "../../src/runtime/mod.ts";
import { type GatewayProcess, ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { buf, findGo, findGrpcurl, findPython } from "./find-clients.ts";
import { shownBlock, shownHit } from "./shown-block.ts";

const reader = "reader-0123456789abcdefghijklmnopqrstuvwxyz";
const admin = "maintainer-0123456789abcdefghijklmnopqrstuvwx";
const repo = makeRepo({
  "src/tide.ts":
    "/** How high the tide stands. */\nexport function tideHeight(hour: number): number {\n  return hour;\n}\n",
});

const test = suite("clients in other languages");
let gateway: GatewayProcess;
test.before(async () => {
  const env = { KM_READER_TOKEN: reader, KM_ADMIN_TOKEN: admin };
  gateway = await startGatewayProcess({ sources: { harbour: repo.root }, env });
  await ingest(gateway.clients(admin));
});
test.after(async () => {
  assert.is((await gateway.stop()).code, 0);
  repo.remove();
});

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Result> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { env, encoding: "utf8", timeout: 600_000 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as Partial<Result>;
    return { code: Number(code ?? 1), stdout, stderr };
  }
}

const bearer = (token: string) => ["-H", `authorization: Bearer ${token}`];
const question = JSON.stringify({ query: "how high is the tide", page_size: 3 });

/** The statements that docs/clients.md shows, with the token as the program's argument. */
const goProgram = (block: string) => `package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	knowledge "example.test/ask/gen/knowledge/v1"
)

func main() {
	token := os.Args[1]
${block}}
`;

test("the template of Python stubs is the one that docs/clients.md shows", () => {
  const template = readFileSync(projectFile("test/clients/python/buf.gen.yaml"), "utf8").replace(/^#.*\n/, "");
  const { version, plugins } = parse(template) as { version: string; plugins: { remote: string; out: string }[] };
  assert.is(version, "v2");
  assert.ok(plugins.every(({ remote, out }) => /^buf\.build\/\w+\/python$/.test(remote) && out === "stubs"));
  assert.ok(readFileSync(projectFile("docs/clients.md"), "utf8").includes(`\`\`\`yaml\n${template}\`\`\``));
});

const python = findPython();
if (python === undefined) {
  console.error("NO PYTHON WITH grpcio: what a Python client sees is NOT tested here");
  test.skip("python grpcio with generated stubs", () => {});
} else {
  test("python grpcio with generated stubs asks, follows an ingest and decodes errors; the page's block asks", async () => {
    const stubs = mkdtempSync(join(tmpdir(), "gateway-python-"));
    const proto = projectFile("proto");
    const files = readdirSync(join(proto, "knowledge/v1")).map((name) => `knowledge/v1/${name}`);
    const out = [`--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    const generated = await run(python, ["-m", "grpc_tools.protoc", `-I${proto}`, ...out, ...files]);
    assert.is(generated.code, 0, generated.stderr);

    const script = projectFile("test/clients/ask.py");
    const env = { ...process.env, PYTHONPATH: stubs };
    const { code, stdout, stderr } = await run(python, [script, gateway.address, reader, admin], env);
    assert.is(code, 0, stderr);
    const said = stdout.trimEnd().split("\n");
    const [ingested, found, ...refused] = said.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.is(ingested?.["state"], "INGEST_RUN_STATE_SUCCEEDED");
    assert.ok(Number(ingested?.["events"]) > 0);
    assert.is(found?.["path"], "src/tide.ts");
    assert.ok(Number(found?.["start"]) <= 2 && Number(found?.["end"]) >= 2);
    assert.equal([found?.["request_id"], found?.["revision"]], [true, true]);
    assert.equal(
      refused.map(({ code, details }) => [code, details]),
      [
        ["UNAUTHENTICATED", true],
        ["PERMISSION_DENIED", true],
        ["INVALID_ARGUMENT", true],
      ],
    );

    const shown = ["-c", `token = ${JSON.stringify(reader)}\n${shownBlock("python", gateway.address)}`];
    const asked = await run(python, shown, env);
    assert.is(asked.code, 0, asked.stderr);
    assert.match(asked.stdout, shownHit);
    rmSync(stubs, { recursive: true });
  });
}

const go = findGo();
if (go === undefined) {
  console.error("NO GO: what a Go client sees is NOT tested here");
  test.skip("Go with generated stubs", () => {});
} else {
  test("Go with generated stubs asks, follows an ingest and decodes errors; the page's block asks", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gateway-go-"));
    cpSync(projectFile("test/clients/go"), folder, { recursive: true });
    const env = { ...process.env, PATH: go, GOFLAGS: "-mod=readonly" };
    const template = join(folder, "buf.gen.yaml");
    const input = [projectFile("proto"), "--path", projectFile("proto/knowledge")];
    const generated = await run(buf, ["generate", ...input, "--template", template, "-o", folder], env);
    assert.is(generated.code, 0, generated.stderr);
    const ask = join(folder, "ask");
    const built = await run("go", ["build", "-C", folder, "-o", ask, "."], env);
    assert.is(built.code, 0, built.stderr);

    const { code, stdout, stderr } = await run(ask, [gateway.address, reader, admin]);
    assert.is(code, 0, stderr);
    const said = stdout.trimEnd().split("\n");
    const [ingested, found, ...refused] = said.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.is(ingested?.["state"], "INGEST_RUN_STATE_SUCCEEDED");
    assert.ok(Number(ingested?.["events"]) > 0);
    assert.is(found?.["path"], "src/tide.ts");
    assert.ok(Number(found?.["start"]) <= 2 && Number(found?.["end"]) >= 2);
    assert.equal([found?.["request_id"], found?.["revision"]], [true, true]);
    assert.equal(
      refused.map((one) => [one["code"], one["reason"] !== ""]),
      [
        ["Unauthenticated", true],
        ["PermissionDenied", true],
        ["InvalidArgument", true],
      ],
    );

    mkdirSync(join(folder, "page"));
    writeFileSync(join(folder, "page/main.go"), goProgram(shownBlock("go", gateway.address)));
    const shown = await run("go", ["build", "-C", folder, "-o", join(folder, "shown"), "./page"], env);
    assert.is(shown.code, 0, shown.stderr);
    const asked = await run(join(folder, "shown"), [reader]);
    assert.is(asked.code, 0, asked.stderr);
    assert.match(asked.stdout, shownHit);
    rmSync(folder, { recursive: true });
  });
}

const grpcurl = findGrpcurl();
if (grpcurl === undefined) {
  console.error("NEITHER grpcurl NOR Go: what grpcurl sees is NOT tested here");
  test.skip("grpcurl", () => {});
} else {
  const call = (args: readonly string[], ...last: readonly string[]) =>
    run(grpcurl, ["-plaintext", ...args, gateway.address, ...last]);

  test("grpcurl with no proto files lists, describes, asks and follows an ingest", async () => {
    const listed = await call([], "list");
    assert.is(listed.code, 0, listed.stderr);
    for (const name of ["Search", "Graph", "Ingest", "Audit"]) {
      assert.match(listed.stdout, `knowledge.v1.${name}Service\n`);
    }
    assert.match((await call([], "describe", "knowledge.v1.SearchRequest")).stdout, "string query = 1;");

    const asked = await call([...bearer(reader), "-d", question], "knowledge.v1.SearchService/Search");
    assert.is(asked.code, 0, asked.stderr);
    const { hits } = JSON.parse(asked.stdout) as { hits: { artifact: { path: string } }[] };
    assert.is(hits[0]?.artifact.path, "src/tide.ts");

    const started = await call([...bearer(admin), "-d", "{}"], "knowledge.v1.IngestService/StartIngest");
    const { runs } = JSON.parse(started.stdout) as { runs: { runId: string }[] };
    const watch = JSON.stringify({ run_id: runs[0]?.runId });
    const watched = await call([...bearer(admin), "-d", watch], "knowledge.v1.IngestService/WatchIngest");
    assert.is(watched.code, 0, watched.stderr);
    assert.match(watched.stdout, /INGEST_RUN_STATE_(SUCCEEDED|SKIPPED)/);
    assert.match((await call([], "grpc.health.v1.Health/Check")).stdout, "SERVING");
  });

  test("grpcurl shows errors with their details", async () => {
    const search = "knowledge.v1.SearchService/Search";
    const bare = await call(["-d", question], search);
    assert.is(bare.code, 64 + 16);
    assert.match(bare.stderr, "Code: Unauthenticated");
    assert.match(bare.stderr, "google.rpc.ErrorInfo");
    const ingested = await call([...bearer(reader), "-d", "{}"], "knowledge.v1.IngestService/StartIngest");
    assert.match(ingested.stderr, "Code: PermissionDenied");
    const empty = await call([...bearer(reader), "-d", "{}"], search);
    assert.match(empty.stderr, "Code: InvalidArgument");
    assert.match(empty.stderr, "google.rpc.BadRequest");
    // In words, not bytes: reflection knows the detail types too.
    assert.match(empty.stderr, /"field": "query"/);
    assert.match(bare.stderr, /"reason": "[A-Z_]+"/);
  });
}

test("buf curl asks by reflection and decodes errors", async () => {
  const url = (method: string) => `http://${gateway.address}/knowledge.v1.${method}`;
  const flags = ["curl", "--protocol", "grpc", "--http2-prior-knowledge", "-d"];
  const asked = await run(buf, [...flags, question, ...bearer(reader), url("SearchService/Search")]);
  assert.is(asked.code, 0, asked.stderr);
  const { hits } = JSON.parse(asked.stdout) as { hits: { artifact: { path: string } }[] };
  assert.is(hits[0]?.artifact.path, "src/tide.ts");
  const refused = await run(buf, [...flags, question, url("SearchService/Search")]);
  assert.is(refused.code === 0, false);
  assert.match(refused.stderr, '"code": "unauthenticated"');
});

test.run();
