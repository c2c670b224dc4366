import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { type GatewayProcess, ingest, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { checkGatewayCommand, words } from "./check-gateway-command.ts";
import { isMeasuring, notRun, type Run, runs, type Stage, shownElsewhere } from "./command-table.ts";
import { documentedCommands, settingsOf, spelledOut } from "./documented-commands.ts";
import { filled, sampleWorld, unused, type World } from "./placeholders.ts";
import { readPages } from "./read-pages.ts";
import { atHand, clientFolder, npmStart, python, repositoryNamed, type Said, shell } from "./stages.ts";

const pages = readPages();
const commands = documentedCommands(pages);
const test = suite("commands in the documents");
const reader = "reader-0123456789abcdefghijklmnopqrstuvwxyz";
const maintainer = "maintainer-0123456789abcdefghijklmnopqrstuvwx";

const code = repositoryNamed(
  "knowledge-gateway",
  {
    "src/tide.ts": "/** How high the tide stands. */\nexport function tideHeight(hour: number) {\n  return hour;\n}\n",
    "src/retry.ts":
      "/** Tries again with backoff. */\nexport function retryWithBackoff(attempt: number) {\n  return 2 ** attempt;\n}\n",
  },
  ["src/main.ts", "src/cli", "src/domain"],
);
const docs = repositoryNamed("docs", { "harbour.md": "# Harbour\n\nShips wait for the tide.\n" });

/** `gateway token issue` in a sentence has no name to issue one for: its words are looked at in names.test.ts. */
function isMention(command: string): boolean {
  const [name, ...args] = words(filled(command, sampleWorld));
  return name === "gateway" && spelledOut(args.join(" ")).some((one) => checkGatewayCommand(words(one)) === "mention");
}

test("each is run, or shown by a test that is named, or left out for a reason", () => {
  const rows = [...runs.map((run) => run.command), ...shownElsewhere.map(([command]) => command), ...notRun.keys()];
  const known = new Set(rows);
  assert.is(known.size, rows.length, "a command has two rows");
  const missing = [...commands.values()].filter(
    ({ command }) => !known.has(command) && !isMention(command) && !isMeasuring(command),
  );
  assert.equal(
    missing.map(({ command, pages: [page] }) => `${page}: ${command}`),
    [],
  );
  assert.equal(
    rows.filter((command) => !commands.has(command)),
    [],
    "rows that no document mentions",
  );
  assert.equal(unused([...commands.keys()]), [], "placeholders that no document has");
});

test("the tests that are named show them", () => {
  for (const [command, file, says] of shownElsewhere) {
    const text = readFileSync(projectFile(file), "utf8");
    assert.ok(typeof says === "string" ? text.includes(says) : says.test(text), `${command}: ${file} has no ${says}`);
  }
  const { dependencies, devDependencies } = JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const install = [...commands.keys()].find((command) => command.startsWith("npm install nice-grpc")) ?? "";
  for (const name of install.split(/\s+/).filter((word) => !/^(?:npm|install|&&|--save-dev)$/.test(word))) {
    assert.ok(name in { ...dependencies, ...devDependencies }, name);
  }
});

test("blocks of settings are accepted", async () => {
  const blocks = pages.flatMap(({ path, fences }) =>
    fences.map(({ text }) => ({ path, settings: settingsOf(text) })).filter(({ settings }) => settings.length > 0),
  );
  assert.ok(blocks.length > 2);
  for (const { path, settings } of blocks) {
    const env = Object.fromEntries(settings.map((line) => line.replace("…", "x".repeat(32)).split(/=(.*)/)));
    const { code, text } = await shell("gateway config", { ...env, KM_STATE_PATH: temporaryFolder() });
    assert.is(code, 0, `${path}: ${text}`);
    for (const line of settings.filter((one) => !one.includes("…"))) assert.match(text, line.split(/=(.*)/)[1]!);
  }
});

async function play(run: Run, world: World, env: Record<string, string>, cwd?: string): Promise<void> {
  for (const line of spelledOut(run.command)) {
    // The smoke test would build anew under this one.
    const smoke = line.includes("smoke-test.sh") ? { KM_SMOKE_BUILT: "1" } : {};
    const inProject = /^npm exec (?!buf -- generate)|infra\//.test(line) ? undefined : cwd;
    const { code, text }: Said = await shell(filled(line, world), { ...env, ...smoke }, inProject);
    if (process.env["KM_TEST_SHOW"] === "1") console.log(`--- ${line}\n${text.slice(0, 1_500)}`);
    assert.is(code, run.code ?? 0, `${line}\n${text}`);
    for (const shown of run.shows) assert.match(text, shown, `${line}\n${text}`);
  }
}

const rowsOf = (stage: Stage) => runs.filter((run) => run.in === stage);

async function playAll(stage: Stage, world: World, env: Record<string, string>, cwd?: string): Promise<void> {
  for (const run of rowsOf(stage)) {
    if (run.wants === undefined || atHand[run.wants]) await play(run, world, env, cwd);
    else console.error(`NO ${run.wants}: not run: ${run.command}`);
  }
}

/** Of a line, all but its numbers and times. */
const shape = (line: string) => line.trim().replace(/\d[\d.:]*/g, "#");

test("npm start says what README shows; what it suggests answers, and so do the commands beside it", async () => {
  const started = await npmStart(code);
  try {
    const said = started.said();
    const shapes = said.split("\n").map(shape);
    const shown = commands.get("npm start")?.prints.filter((line) => line.trim() !== "" && line !== "…") ?? [];
    assert.ok(shown.length > 6);
    let from = 0;
    for (const line of shown) {
      const at = shapes.indexOf(shape(line), from);
      assert.ok(at >= 0, `npm start did not print:\n${line}\nbut\n${said}`);
      from = at + 1;
    }
    const suggested = said.split("\n").filter((line) => /^ {2}(?:npm|grpcurl) /.test(line));
    assert.is(suggested.length, 3);
    const env = { KM_STATE_PATH: started.statePath, KM_REPO_PATH: code };
    for (const line of suggested) {
      if (line.includes("grpcurl") && !atHand.grpcurl) continue;
      const { code, text } = await shell(line, env);
      assert.is(code, 0, text);
      assert.match(text, /src\//);
    }
    await playAll("started", sampleWorld, env);
  } finally {
    assert.is((await started.stop()).code, 0);
  }
});

/** A gateway as the documents deploy one, with a run that failed behind it. */
async function served(): Promise<{ gateway: GatewayProcess; world: World; env: Record<string, string> }> {
  const sources = { "knowledge-gateway": code, docs };
  const tokens = { KM_READER_TOKEN: reader, KM_ADMIN_TOKEN: maintainer };
  const gateway = await startGatewayProcess({ sources, env: { ...tokens, KM_DEVELOPMENT: "on" } });
  const clients = gateway.clients(maintainer);
  const [run] = await ingest(clients);
  renameSync(docs, `${docs}-away`);
  try {
    await ingest(clients).catch(() => {});
  } finally {
    renameSync(`${docs}-away`, docs);
  }
  await gateway
    .clients()
    .ingest.startIngest({})
    .catch(() => {});
  const failed = await clients.audit.listEntries({ pageSize: 50 });
  const entry = failed.entries.find(({ run: one }) => one?.error?.reason === "SOURCE_GONE");
  const folder = temporaryFolder();
  const world: World = {
    address: gateway.address,
    metricsAddress: gateway.metricsAddress,
    reader,
    maintainer,
    run: run?.runId ?? "",
    entry: String(entry?.sequence ?? ""),
    backup: join(folder, "2026-01-31"),
    folder: join(folder, "another"),
    file: join(folder, "written"),
    python: python ?? "python3",
  };
  const env = {
    KM_STATE_PATH: gateway.statePath,
    KM_SOURCES: `knowledge-gateway=${code},docs=${docs}`,
    KM_TOKEN: maintainer,
  };
  return { gateway, world, env };
}

test("beside a gateway with tokens they do what is written, and after it on what it left", async () => {
  const { gateway, world, env } = await served();
  try {
    await playAll("served", world, env, temporaryFolder());
    assert.ok(existsSync(world.file));
  } finally {
    assert.is((await gateway.stop()).code, 0);
  }
  await playAll("stopped", world, env);
});

test("recipes of clients make stubs of the contract", async () => {
  for (const run of rowsOf("client")) {
    if (run.wants !== undefined && !atHand[run.wants]) {
      console.error(`NO ${run.wants}: not run: ${run.command}`);
      continue;
    }
    const recipe = run.wants === "go" ? "go" : "typescript";
    const folder = clientFolder(`test/clients/${recipe}/buf.gen.yaml`);
    const path = `${join(folder, "node_modules/.bin")}:${process.env["PATH"]}`;
    await play(run, { ...sampleWorld, python: python ?? "python3" }, run.wants ? {} : { PATH: path }, folder);
    const made = {
      go: "gen/knowledge/v1/search_service_grpc.pb.go",
      python: "stubs/knowledge/v1/search_service_pb2_grpc.py",
    };
    const file = run.wants === "go" || run.wants === "python" ? made[run.wants] : "gen/knowledge/v1/search_service.ts";
    assert.ok(existsSync(join(folder, file)), file);
  }
});

test("those that need no gateway do what is written", () => playAll("anywhere", sampleWorld, {}));

test.run();
