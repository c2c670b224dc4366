import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Ended,
  type Env,
  type GatewayProcess,
  ingest,
  runCommand,
  startGatewayProcess,
  temporaryFolder,
} from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

const test = suite("the command beside a running gateway");
const reader = "reader-0123456789abcdefghijklmnopqrstuvwxyz";
const admin = "maintainer-0123456789abcdefghijklmnopqrstuvwx";
const repo = makeRepo({ "docs/tide.md": "# Tide\n\nThe water rises twice a day.\n" });
const sources = { harbour: repo.root };
const elsewhere = temporaryFolder();

let gateway: GatewayProcess;
test.before(async () => {
  gateway = await startGatewayProcess({ sources, env: { KM_READER_TOKEN: reader, KM_ADMIN_TOKEN: admin } });
  await ingest(gateway.clients(admin));
});
test.after(async () => {
  assert.is((await gateway.stop()).code, 0);
  repo.remove();
});

/** By the state directory it shares with the gateway. */
const beside = (args: string, token: string | undefined = admin) =>
  runCommand(words(args), { statePath: gateway.statePath, sources, env: { KM_TOKEN: token } });
/** By the gateway's address alone. */
const remote = (args: string, env: Env = { KM_TOKEN: admin }, name?: "gateway-ingest") =>
  runCommand(["--address", gateway.address, ...words(args)], { statePath: elsewhere, env }, name);
const words = (text: string) => text.split(" ").filter((word) => word !== "");

function assertEnded(ended: Ended, code: number, ...said: readonly (string | RegExp)[]): void {
  const text = ended.stdout + ended.stderr;
  assert.is(ended.code, code, text);
  for (const words of said) assert.match(text, words);
  assert.not.match(text, /\n\s+at \S+.*:\d+:\d+/, "a stack trace");
}

const json = (ended: Ended): unknown[] =>
  ended.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("status tells what is served", async () => {
  assertEnded(await beside("status"), 0, "harbour: 1 files", "serving generation", "last run succeeded");
  const [page] = json(await remote("status --json", { KM_TOKEN: reader })) as [{ sources: { name: string }[] }];
  assert.is(page.sources[0]?.name, "harbour");
});

test("search prints path and lines, and everything with --json", async () => {
  assertEnded(
    await remote("search how often does the water rise", { KM_TOKEN: reader }),
    0,
    /1\. docs\/tide\.md:\d+-\d+/,
  );
  const [page] = json(await beside("--json search water --explain --type doc --path docs/ --limit 1")) as [
    { hits: { artifact: { path: string }; explanation: { signals: unknown[] } }[] },
  ];
  assert.is(page.hits[0]?.artifact.path, "docs/tide.md");
  assert.ok((page.hits[0]?.explanation.signals.length ?? 0) > 0);
  assertEnded(await remote("search zebra --type proto"), 0, "nothing found");
});

test("ingest: a dry run plans, a run is watched, an ended one stays as it ended", async () => {
  repo.write("docs/new.md", "# New\n\nA lighthouse.\n");
  repo.commit("a lighthouse");
  assertEnded(await beside("ingest start --dry-run"), 0, "harbour: planned", /add\s+docs\/new\.md/);
  assertEnded(await beside("search lighthouse"), 0, /^(?![\s\S]*new\.md)/);

  const lines = json(await remote("ingest start --json --reason lighthouse"));
  const run = (lines.at(-1) as { run: { state: string; runId: string; files: { added: string } } }).run;
  assert.is(run.state, "INGEST_RUN_STATE_SUCCEEDED");
  assert.is(Number(run.files.added), 1);
  assertEnded(await beside("search lighthouse"), 0, "docs/new.md");
  assertEnded(await beside(`ingest watch ${run.runId}`), 0, "harbour: succeeded", run.runId);
  assertEnded(await beside(`ingest cancel ${run.runId}`), 0, "harbour: succeeded");
  assertEnded(await beside("ingest watch no-such-run"), 1, "NOT_FOUND");
});

test("ingest rebuild, by the alias too, and without waiting", async () => {
  assertEnded(await remote("rebuild harbour", { KM_TOKEN: admin }, "gateway-ingest"), 0, "harbour: succeeded");
  const ended = await remote("ingest rebuild --no-wait --json");
  const { run } = json(ended)[0] as { run: { runId: string } };
  assertEnded(await remote(`watch ${run.runId}`, { KM_TOKEN: admin }, "gateway-ingest"), 0, "harbour: succeeded");
  assertEnded(await remote("ingest start nowhere"), 1, "NOT_FOUND", "nowhere");
});

test("audit: history and one entry", async () => {
  assertEnded(await beside("audit history"), 0, /ingest-run\s+succeeded/, /\+1 ~0 -0 files/);
  const [entry] = json(await beside("audit history --json -n 1 --kind ingest-run")) as [{ sequence: number }];
  assertEnded(await beside(`audit show ${entry.sequence}`), 0, /"sequence": /);
  assertEnded(await beside("audit show 999999"), 1, "NOT_FOUND");
  assertEnded(await beside("audit history --kind rain"), 2, "'rain' is not one of", "ingest-run");
});

test("audit: all entries as JSON, CSV and a table, from a sequence on, and the verdict over them", async () => {
  const entries = json(await beside("audit export")) as { sequence: number; hash: string }[];
  assert.ok(entries.length > 3);
  assert.equal(
    entries.map(({ sequence }) => Number(sequence)),
    entries.map((_, at) => at + 1),
  );
  const csv = (await beside("audit export --format csv")).stdout.trimEnd().split("\n");
  assert.is(csv[0], "sequence,recorded_at,kind,outcome,actor,source,result,run_id,hash");
  assert.is(csv.length, entries.length + 1);
  assert.match(csv[1] ?? "", /^1,\d{4}-.*,ingest-run,started,.*,[0-9a-f]{64}$/);
  const shown = (await beside(`audit export --format table --after ${entries.length - 1}`)).stdout;
  assert.match(shown, new RegExp(`^${entries.length} +\\d{4}-`));
  assertEnded(await beside("audit export --format xml"), 2, "'xml' is not one of json, csv, table");
  assertEnded(await beside("audit verify"), 0, `intact: ${entries.length} entries checked`);
});

test("exit code 3: no token, an unknown one, one with too little scope", async () => {
  assertEnded(await beside("status", undefined as never), 0);
  assertEnded(await remote("status", {}), 3, "UNAUTHENTICATED", "KM_TOKEN");
  assertEnded(await remote("status", { KM_TOKEN: `${reader}x` }), 3, "UNAUTHENTICATED", "KM_TOKEN");
  assertEnded(await remote("ingest start", { KM_TOKEN: reader }), 3, "PERMISSION_DENIED", "maintainer");
  assertEnded(await remote("rebuild harbour", {}, "gateway-ingest"), 3, "UNAUTHENTICATED", "KM_TOKEN");
});

test("exit code 4: nobody is there", async () => {
  const nobody = ["--address", "127.0.0.1:1", "status"];
  assertEnded(await runCommand(nobody, { statePath: elsewhere }), 4, "UNAVAILABLE", "127.0.0.1:1", "gateway doctor");
});

test("exit code 2: a command line that can't be read", async () => {
  for (const args of [["dance"], ["search"], ["search", "x", "--limit", "many"]]) {
    assertEnded(await runCommand(args, { statePath: elsewhere }), 2, "error:", "--help");
  }
  for (const address of ["::::", "127.0.0.1:99999"]) {
    assertEnded(
      await runCommand(["--address", address, "status"], { statePath: elsewhere }),
      2,
      "--address",
      "host:port",
    );
  }
  assertEnded(await remote("search water --profile turbo"), 2, "INVALID_ARGUMENT", "profile");
});

test("doctor finds what is well and what is not", async () => {
  assertEnded(await beside("doctor", reader), 0, /ok\s+git/, /ok\s+source harbour/, `answers at ${gateway.address}`);
  const ended = await runCommand(["doctor", "--json"], {
    statePath: elsewhere,
    sources: { gone: `${repo.root}/gone` },
    env: { PATH: elsewhere },
  });
  assert.is(ended.code, 1);
  const findings = new Map((json(ended) as { check: string; ok: boolean; note: string }[]).map((f) => [f.check, f]));
  assert.is(findings.get("git")?.ok, false);
  assert.is(findings.get("source gone")?.ok, false);
  assert.match(findings.get("source gone")?.note ?? "", "KM_SOURCES");
});

test("config shows what is in force, without secrets, and tells every mistake", async () => {
  const env = { KM_ADMIN_TOKEN: admin, KM_LOG_LEVEL: "debug" };
  const shown = await runCommand(["config"], { statePath: elsewhere, sources, env });
  assertEnded(shown, 0, "KM_LOG_LEVEL", "debug", "[secret]");
  assert.not.match(shown.stdout, admin);
  const wrong = { KM_GRPC_ADRESS: "127.0.0.1:0", KM_LOG_LEVEL: "loud" };
  assertEnded(await runCommand(["config"], { statePath: elsewhere, env: wrong }), 1, "KM_GRPC_ADDRESS", "KM_LOG_LEVEL");
});

test("--version and --help", async () => {
  assertEnded(await runCommand(["--version"], { statePath: elsewhere }), 0, /^\d+\.\d+\.\d+\n$/);
  assertEnded(
    await runCommand(["--help"], { statePath: elsewhere }),
    0,
    "serve",
    "ingest",
    "search",
    "audit",
    "doctor",
  );
});

test.run();
