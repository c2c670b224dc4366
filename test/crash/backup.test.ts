import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Clients } from "../../src/cli/clients.ts";
import {
  type GatewayProcess,
  ingest,
  runCommand,
  startGatewayProcess,
  temporaryFolder,
} from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { inTime } from "../support/in-time.ts";
import { verifyState } from "../support/index-verifier.ts";

const admin = "maintainer-0123456789abcdefghijklmnopqrstuvwx";
const env = { KM_ADMIN_TOKEN: admin };
const text = (i: number, words: string) => `# Pier ${i}\n\nShips of pier ${i} wait for the ${words}.\n`;
const repo = makeRepo({
  ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`docs/pier-${i}.md`, text(i, "tide")])),
  "src/tide.ts": "export function tideHeight(hour: number) {\n  return hour / 12;\n}\n",
  "src/dock.ts": 'import { tideHeight } from "./tide.ts";\n\nexport const mayDock = () => tideHeight(3) > 0.2;\n',
});
const sources = { harbour: repo.root };

interface Manifest {
  readonly served: Readonly<Record<string, number>>;
  readonly ledger: { readonly sequence: number; readonly hash: string };
  readonly files: readonly { readonly path: string }[];
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, "backup.json"), "utf8")) as Manifest;
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const parent = temporaryFolder();
let folders = 0;
const newFolder = () => join(parent, `backup-${folders++}`);

/** What callers see of a gateway: served state, every file with its class and chunks, an answer with its scores. */
async function seen(clients: Clients) {
  const [source] = (await clients.ingest.listSources({})).sources;
  const coverage = await clients.ingest.getCoverage({ source: "harbour", pageSize: 500 });
  const { hits } = await inTime(() =>
    clients.search.search({ query: "which ships wait for the tide at pier 7", pageSize: 20 }),
  );
  const { schedules } = await clients.ingest.listSchedules({});
  const { nodes } = await clients.graph.searchNodes({ query: "tideHeight", pageSize: 20 });
  const nodeId = nodes.find(({ name }) => name === "tideHeight")?.nodeId ?? "";
  const { node, degrees, neighbourhood } = await clients.graph.getNode({ nodeId, pageSize: 100 });
  return {
    revision: source?.revision,
    chunks: source?.chunks,
    coverage: coverage.entries,
    hits: hits.map(({ chunkId, artifact, lines, score }) => ({ chunkId, path: artifact?.path, lines, score })),
    graph: { nodes, node, degrees, neighbourhood },
    paused: schedules.filter(({ paused }) => paused).map(({ name }) => name),
  };
}

async function begun(statePath = temporaryFolder()): Promise<GatewayProcess> {
  return startGatewayProcess({ statePath, sources, env });
}

const test = suite("backup and restore");
test.after(() => repo.remove());

test("restored into a fresh state directory, a gateway is what it was", async () => {
  const gateway = await begun();
  const clients = gateway.clients(admin);
  await ingest(clients);
  await clients.ingest.pauseSchedule({ name: "coverage" });
  const issued = await runCommand(["--json", "token", "issue", "reader of pier 7"], {
    statePath: gateway.statePath,
    sources,
    env,
  });
  assert.is(issued.code, 0, issued.stderr);
  const token = /kg_[\w-]+/.exec(issued.stdout)?.[0] ?? "";
  const before = await seen(clients);
  assert.is(before.coverage.length, 42);
  assert.ok((before.graph.neighbourhood?.edges.length ?? 0) >= 2, "what defines it, and what uses it");
  assert.ok(before.hits.length > 0);

  const folder = newFolder();
  const made = await runCommand(["backup", folder], { statePath: gateway.statePath, sources, env });
  assert.is(made.code, 0, made.stderr);
  assert.is((statSync(folder).mode & 0o777).toString(8), "700");
  assert.is((statSync(join(folder, "audit", "key")).mode & 0o777).toString(8), "600");
  const { ledger } = manifestOf(folder);
  assert.is((await gateway.stop()).code, 0);

  const statePath = temporaryFolder();
  rmSync(statePath, { recursive: true });
  const restored = await runCommand(["--json", "restore", folder], { statePath, sources, env });
  assert.is(restored.code, 0, restored.stderr);
  const report = JSON.parse(restored.stdout) as { aside: string; ledgerKept: boolean };
  assert.equal([report.aside, report.ledgerKept], ["", false]);
  assert.equal(verifyState(statePath, { after: "dead" }).broken, []);

  const again = await begun(statePath);
  const theirs = again.clients(admin);
  assert.equal(await seen(theirs), before);
  // The token of the copy opens, by its digest.
  assert.ok((await again.clients(token).search.search({ query: "tide" })).hits.length > 0);
  const verified = await theirs.audit.verifyLedger({});
  assert.is(verified.intact, true, verified.problem);
  const { entry } = await theirs.audit.getEntry({ sequence: ledger.sequence });
  assert.is(hex(entry?.hash ?? new Uint8Array()), ledger.hash);
  const { entries } = await theirs.audit.listEntries({ pageSize: 2 });
  assert.equal(
    entries.map(({ kind, outcome }) => [kind, outcome]),
    [
      [12, 2],
      [10, 2],
    ],
    "a restore, and the end of the backup that the copy was taken by",
  );
  assert.is((await again.stop()).code, 0);
  assert.equal(verifyState(statePath, { after: "idle" }).broken, []);
});

test("taken while ingests and searches run, it is one moment of them; and generations never come back", async () => {
  const gateway = await begun();
  const clients = gateway.clients(admin);
  await ingest(clients);
  let stop = false;
  let runs = 0;
  const load = (async () => {
    while (!stop) {
      runs += 1;
      for (let i = 0; i < 40; i += 3) repo.write(`docs/pier-${i}.md`, text(i, `tide of day ${runs}`));
      repo.commit();
      await ingest(clients);
    }
  })();
  const asked = (async () => {
    while (!stop) await clients.search.search({ query: "ships of pier 7" });
  })();
  const backups: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    const folder = newFolder();
    const { code, stderr } = await runCommand(["backup", folder], { statePath: gateway.statePath, sources, env });
    assert.is(code, 0, stderr);
    backups.push(folder);
  }
  stop = true;
  await Promise.all([load, asked]);
  assert.ok(runs >= 2, "it was loaded");
  const [newest] = (await clients.ingest.listSources({})).sources;
  const latest = Number(newest?.revision?.generation);
  assert.is((await gateway.stop()).code, 0);

  for (const folder of backups) {
    const statePath = temporaryFolder();
    assert.is((await runCommand(["restore", folder], { statePath, sources, env })).code, 0);
    const { broken, revisions, files } = verifyState(statePath, { after: "dead" });
    assert.equal(broken, []);
    assert.equal(Object.fromEntries(revisions.map((one) => [one.source, one.generation])), manifestOf(folder).served);
    // One commit's texts: the files that change, all of the same day.
    const days = [...(files.get("harbour") ?? [])].map(([, { text: held }]) => /of day (\d+)/.exec(held)?.[1]);
    assert.ok(new Set(days.filter((day) => day !== undefined)).size <= 1, `days ${[...new Set(days)].join(", ")}`);
  }

  const statePath = temporaryFolder();
  await runCommand(["restore", backups[0] ?? ""], { statePath, sources, env });
  const again = await begun(statePath);
  const theirs = again.clients(admin);
  assert.is((await theirs.audit.verifyLedger({})).intact, true);
  repo.write("docs/pier-0.md", text(0, "tide of another day"));
  repo.commit();
  const [run] = await ingest(theirs);
  assert.ok(Number(run?.generation) > latest, "a number after all that were ever served");
  const { hits } = await theirs.search.search({ query: "tide of another day" });
  assert.is(hits[0]?.artifact?.path, "docs/pier-0.md");
  assert.is((await again.stop()).code, 0);
  assert.equal(verifyState(statePath, { after: "idle" }).broken, []);
});

test("a restore is refused while a gateway has the state, and from what is not a whole backup", async () => {
  const gateway = await begun();
  const place = { statePath: gateway.statePath, sources, env };
  const clients = gateway.clients(admin);
  await ingest(clients);
  const folder = newFolder();
  assert.is((await runCommand(["backup", folder], place)).code, 0);

  const busy = await runCommand(["restore", folder], place);
  assert.is(busy.code, 1);
  assert.match(busy.stderr, `process ${gateway.pid} on `);
  for (const into of [folder, join(gateway.statePath, "copy")]) {
    const { code, stderr } = await runCommand(["backup", into], place);
    assert.is(code, 1);
    assert.match(stderr, into === folder ? "is not empty" : "is in the state directory");
  }
  const elsewhere = await runCommand(["--address", gateway.address, "backup", newFolder()], place);
  assert.is(elsewhere.code, 2, elsewhere.stderr);
  // Both are in the ledger.
  const { entries } = await clients.audit.listEntries({ kinds: [10], outcomes: [3] });
  assert.is(entries.length, 2);
  assert.is((await gateway.stop()).code, 0);

  const index = join(folder, "index", "index.db");
  const whole = readFileSync(index);
  appendFileSync(index, "x");
  const state = readdirSync(gateway.statePath).sort();
  const damaged = await runCommand(["restore", folder], place);
  assert.is(damaged.code, 1);
  assert.match(damaged.stderr, "index/index.db of the backup is not what was backed up");
  writeFileSync(index, whole);
  rmSync(join(folder, "backup.json"));
  const unfinished = await runCommand(["restore", folder], place);
  assert.match(unfinished.stderr, "was not finished");
  assert.equal(readdirSync(gateway.statePath).sort(), state, "nothing was touched");
});

test("in place, what was there is moved aside, a ledger that knows more is kept, and ended tokens are named", async () => {
  const gateway = await begun();
  const place = { statePath: gateway.statePath, sources, env };
  await ingest(gateway.clients(admin));
  const made = await runCommand(["--json", "token", "issue", "lost"], place);
  const id = /kg_([\w]+?)_/.exec(made.stdout)?.[1] ?? "";
  const folder = newFolder();
  assert.is((await runCommand(["backup", folder], place)).code, 0);
  assert.is((await runCommand(["token", "revoke", id], place)).code, 0);
  assert.is((await gateway.stop()).code, 0);
  writeFileSync(join(gateway.statePath, "index", "index.db"), "not a database any more");

  const restored = await runCommand(["--json", "restore", folder], place);
  assert.is(restored.code, 0, restored.stderr);
  const report = JSON.parse(restored.stdout) as { aside: string; ledgerKept: boolean; tokensBack: string[] };
  assert.equal([report.ledgerKept, report.tokensBack], [true, [id]]);
  assert.is(readFileSync(join(report.aside, "index", "index.db"), "utf8"), "not a database any more");
  assert.not(existsSync(join(report.aside, "audit")));

  const again = await begun(gateway.statePath);
  const theirs = again.clients(admin);
  assert.ok((await theirs.search.search({ query: "tide" })).hits.length > 0);
  const { entries } = await theirs.audit.listEntries({ kinds: [5] });
  assert.is(entries.length, 2, "the ledger still tells of the revocation");
  assert.is((await theirs.audit.verifyLedger({})).intact, true);
  assert.is((await again.stop()).code, 0);
});

test.run();
