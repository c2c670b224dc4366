import { cpSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Clients } from "../../src/cli/clients.ts";
import { firstGraph, firstIndex, firstJobState, firstLedger } from "../support/first-schemas.ts";
import { ingest, runCommand, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { inTime } from "../support/in-time.ts";

const test = suite("state of another version");
const tide = "/** How high the tide stands. */\nexport function tideHeight(hour: number) {\n  return hour;\n}\n";
const repo = makeRepo({
  "src/tide.ts": tide,
  "src/harbour.ts":
    'import { tideHeight } from "./tide.ts";\n\nexport function mayEnter(hour: number) {\n  return tideHeight(hour) > 3;\n}\n',
});
const sources = { harbour: repo.root };
test.after(() => repo.remove());

/** What the state directory holds, as callers see it. */
async function shown(clients: Clients) {
  const { hits } = await inTime(() => clients.search.search({ query: "how high is the tide" }));
  const { nodes } = await clients.graph.searchNodes({ query: "tideHeight" });
  const around = await clients.graph.getNode({ nodeId: nodes[0]?.nodeId ?? "" });
  return {
    hits: hits.map(({ artifact, lines, score }) => [artifact?.path, lines?.start, score]),
    callers: (around.neighbourhood?.edges ?? []).map(({ from, kind }) => [from, kind]).sort(),
  };
}

/** A state directory that was served and stopped. */
const statePath = temporaryFolder();
let before: Awaited<ReturnType<typeof shown>>;
let entries: number;
test.before(async () => {
  const gateway = await startGatewayProcess({ statePath, sources });
  const clients = gateway.clients();
  await ingest(clients);
  before = await shown(clients);
  entries = (await clients.audit.listEntries({ pageSize: 100 })).entries.length;
  assert.is((await gateway.stop("SIGTERM")).code, 0);
});

function copyOfState(): string {
  const copy = temporaryFolder();
  cpSync(statePath, copy, { recursive: true });
  return copy;
}

/** Gives a database this version, by the table or the pragma that holds it. Returns the one that it had. */
function setVersion(file: string, form: "table" | "pragma", version: number): number {
  const db = new Database(file);
  try {
    const ask = form === "table" ? "SELECT version FROM version" : "PRAGMA user_version";
    const [had] = db.prepare(ask).raw().get([]) as unknown as [number];
    db.exec(form === "table" ? `UPDATE version SET version = ${version}` : `PRAGMA user_version = ${version}`);
    return had;
  } finally {
    db.close();
  }
}

test("an older one opens whole, answers as before, and is written on", async () => {
  const older = copyOfState();
  firstJobState(join(older, "state.db"));
  firstLedger(join(older, "audit"));
  firstIndex(join(older, "index", "index.db"));
  firstGraph(join(older, "graph", "graph.db"));
  const gateway = await startGatewayProcess({ statePath: older, sources });
  const clients = gateway.clients();
  assert.ok(before.hits.length > 0 && before.callers.length > 0);
  assert.equal(await shown(clients), before);
  assert.ok((await clients.audit.listEntries({ pageSize: 100 })).entries.length >= entries);
  repo.write("src/pier.ts", "/** Where ferries moor. */\nexport const pier = 7;\n");
  repo.write("src/tide.ts", `${tide}\nexport const springTide = 5;\n`);
  repo.commit();
  const [run] = await ingest(clients);
  assert.equal([run?.files?.added, run?.files?.changed], [1, 1]);
  assert.equal((await shown(clients)).callers, before.callers, "who calls is known from what was kept");
  const { hits } = await clients.search.search({ query: "where ferries moor" });
  assert.is(hits[0]?.artifact?.path, "src/pier.ts");
  assert.is((await gateway.stop()).code, 0);
  const verified = await runCommand(["audit", "verify"], { statePath: older, sources });
  assert.match(verified.stdout, /^intact: \d+ entries/m, verified.stderr);
});

const startOrRestore = /Start the newer gateway, or restore a backup/;
const runOrRebuild = (folder: string) =>
  new RegExp(`run that gateway, or move .* ${folder} folder away and run a rebuild`);

for (const [file, form, remedy] of [
  ["state.db", "table", startOrRestore],
  ["audit/ledger.db", "table", startOrRestore],
  ["index/index.db", "pragma", runOrRebuild("index")],
  ["graph/graph.db", "pragma", runOrRebuild("graph")],
] as const) {
  test(`a newer ${file} is refused with what to do, and nothing is touched`, async () => {
    const copy = copyOfState();
    const path = join(copy, file);
    const own = setVersion(path, form, 99);
    const { code, stderr } = await runCommand(["serve"], { statePath: copy, sources });
    assert.is(code, 1, stderr);
    assert.match(stderr, /newer gateway/);
    assert.match(stderr, "99");
    assert.match(stderr, remedy);
    assert.not.match(stderr, /\n\s+at \S+.*:\d+:\d+/, "a stack trace");
    assert.is(setVersion(path, form, own), 99);
    const gateway = await startGatewayProcess({ statePath: copy, sources });
    assert.equal(await shown(gateway.clients()), before);
    assert.is((await gateway.stop()).code, 0);
  });
}

test.run();
