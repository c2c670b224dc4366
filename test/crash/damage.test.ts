import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Clients } from "../../src/cli/clients.ts";
import { ingest, runCommand, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { verifyState } from "../support/index-verifier.ts";
import { dice } from "./dice.ts";

const test = suite("damaged and lost databases");
const seed = Number(process.env["KM_TEST_SEED"] ?? Date.now() % 1_000_000);
const files = Array.from({ length: 30 }, (_, i) => [
  `src/tide-${i}.ts`,
  `export const harbour${i} = "${"quay ".repeat(60)}${i}";\n`,
]);
const repo = makeRepo(Object.fromEntries(files));
const sources = { harbour: repo.root };
const statePath = temporaryFolder();
test.before(async () => {
  const gateway = await startGatewayProcess({ statePath, sources });
  await ingest(gateway.clients());
  assert.is((await gateway.stop()).code, 0);
});
test.after(() => repo.remove());

const copyOfState = () => {
  const copy = temporaryFolder();
  cpSync(statePath, copy, { recursive: true });
  return copy;
};
const found = async (clients: Clients) => {
  const { hits } = await clients.search.search({ query: "harbour7", pageSize: 5 });
  return hits.map(({ artifact }) => artifact?.path);
};
const doctor = async (at: string, ...flags: string[]) => {
  const { code, stdout } = await runCommand(["--json", "doctor", ...flags], { statePath: at, sources });
  const lines = stdout.trim().split("\n");
  const findings = lines.map((line) => JSON.parse(line) as { check: string; ok: boolean; note: string });
  return { code, of: (check: string) => findings.find((finding) => finding.check === check) };
};

/** Ways a file is harmed: each leaves something that `quick_check` or opening it must notice. */
const harms = {
  "a header of noise": (file: string) => overwrite(file, 0, 100),
  "cut in the middle of a page": (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2) + 100),
  "pages of noise": (file: string) => {
    for (let at = 16_384; at < statSync(file).size; at += 16_384) overwrite(file, at, 4_096);
  },
};

function overwrite(file: string, at: number, length: number): void {
  const random = dice(seed + at);
  const bytes = readFileSync(file);
  for (let i = at; i < Math.min(at + length, bytes.length); i++) bytes[i] = random.below(256);
  writeFileSync(file, bytes);
}

test(`doctor names the damaged file, and --repair moves a damaged index aside to be built anew (seed ${seed})`, async () => {
  const healthy = await doctor(statePath);
  for (const check of ["index", "graph", "job state", "audit ledger"]) assert.is(healthy.of(check)?.ok, true, check);
  for (const [name, harm] of Object.entries(harms)) {
    const copy = copyOfState();
    harm(join(copy, "index", "index.db"));
    const damaged = readFileSync(join(copy, "index", "index.db"));
    const told = await doctor(copy);
    assert.is(told.code, 1, name);
    assert.match(told.of("index")?.note ?? "", /damaged: .*doctor --repair/, name);
    assert.equal(readFileSync(join(copy, "index", "index.db")), damaged, `${name}: looking changes nothing`);
    const mended = await doctor(copy, "--repair");
    assert.match(mended.of("index")?.note ?? "", /moved to .*index\.damaged-/, name);
    assert.is(mended.code, 0, name);
    const aside = readdirSync(copy).find((entry) => entry.startsWith("index.damaged-"))!;
    assert.equal(readFileSync(join(copy, aside, "index.db")), damaged, `${name}: nothing is deleted`);
    assert.equal(readdirSync(join(copy, "index")), [], name);
    if (name !== "pages of noise") continue;
    // The state directory still names a generation that the index has not: it is not served as an empty one.
    const gateway = await startGatewayProcess({ statePath: copy, sources });
    const clients = gateway.clients();
    const [before] = (await clients.ingest.listSources({})).sources;
    assert.is(before?.revision, undefined, "served no more");
    assert.equal(await found(clients), []);
    await ingest(clients);
    assert.is((await found(clients))[0], "src/tide-7.ts");
    assert.is((await gateway.stop()).code, 0);
    assert.equal(verifyState(copy, { after: "idle" }).broken, []);
  }
});

test(`doctor names a damaged graph, and --repair moves it aside to be built anew (seed ${seed})`, async () => {
  for (const [name, harm] of Object.entries(harms)) {
    const copy = copyOfState();
    const file = join(copy, "graph", "graph.db");
    harm(file);
    const damaged = readFileSync(file);
    const told = await doctor(copy);
    assert.is(told.code, 1, name);
    assert.match(told.of("graph")?.note ?? "", /damaged: .*doctor --repair/, name);
    assert.is(told.of("index")?.ok, true, `${name}: the index is not blamed`);
    assert.equal(readFileSync(file), damaged, `${name}: looking changes nothing`);
    if (name !== "pages of noise") continue;
    const mended = await doctor(copy, "--repair");
    assert.match(mended.of("graph")?.note ?? "", /moved to .*graph\.damaged-/, name);
    assert.is(mended.code, 0, name);
    const aside = readdirSync(copy).find((entry) => entry.startsWith("graph.damaged-"))!;
    assert.equal(readFileSync(join(copy, aside, "graph.db")), damaged, `${name}: nothing is deleted`);
    const gateway = await startGatewayProcess({ statePath: copy, sources });
    const clients = gateway.clients();
    assert.is((await found(clients))[0], "src/tide-7.ts", "passages are served meanwhile");
    await ingest(clients);
    const { nodes } = await clients.graph.searchNodes({ query: "harbour7" });
    assert.is(nodes[0]?.nodeId, "symbol:harbour/src/tide-7.ts#harbour7");
    assert.is((await gateway.stop()).code, 0);
    assert.equal(verifyState(copy, { after: "idle" }).broken, []);
  }
});

test("doctor names damaged job state and a damaged ledger with the way out, and touches neither", async () => {
  for (const [file, check] of [
    ["state.db", "job state"],
    ["audit/ledger.db", "audit ledger"],
  ] as const) {
    const copy = copyOfState();
    harms["a header of noise"](join(copy, file));
    const damaged = readFileSync(join(copy, file));
    const told = await doctor(copy, "--repair");
    assert.is(told.code, 1, file);
    assert.match(told.of(check)?.note ?? "", /damaged: .*(restore a backup).*(move)/, file);
    assert.equal(readFileSync(join(copy, file)), damaged, `${file}: never silently made anew`);
    const { code, stderr } = await runCommand(["serve"], { statePath: copy, sources });
    assert.is(code, 1, file);
    assert.match(stderr, /damaged/, file);
    assert.equal(readFileSync(join(copy, file)), damaged, `${file}: not by a start either`);
  }
});

test("an index put back from an older copy is built anew, and generation numbers go on", async () => {
  const copy = copyOfState();
  const older = temporaryFolder();
  cpSync(join(copy, "index"), join(older, "index"), { recursive: true });
  repo.write("src/later.ts", "export const lighthouse = 1;\n");
  repo.commit();
  let gateway = await startGatewayProcess({ statePath: copy, sources });
  const [later] = await ingest(gateway.clients());
  await gateway.stop();
  rmSync(join(copy, "index"), { recursive: true });
  cpSync(join(older, "index"), join(copy, "index"), { recursive: true });
  gateway = await startGatewayProcess({ statePath: copy, sources });
  assert.is((await gateway.clients().ingest.listSources({})).sources[0]?.revision, undefined);
  const [anew] = await ingest(gateway.clients());
  assert.ok(anew!.generation > later!.generation);
  assert.is(
    (await gateway.clients().search.getArtifact({ source: "harbour", path: "src/later.ts" })).content.length,
    29,
  );
  assert.is((await gateway.stop()).code, 0);
  assert.equal(verifyState(copy, { after: "idle" }).broken, []);
});

test("job state lost: nothing is served that is not known, and the next run's number is a new one", async () => {
  const copy = copyOfState();
  const [before] = verifyState(copy, { after: "idle" }).revisions;
  for (const name of readdirSync(copy)) if (name.startsWith("state.db")) rmSync(join(copy, name));
  assert.not.ok(existsSync(join(copy, "state.db")));
  const gateway = await startGatewayProcess({ statePath: copy, sources });
  assert.is((await gateway.clients().ingest.listSources({})).sources[0]?.revision, undefined);
  const [run] = await ingest(gateway.clients());
  assert.ok(run!.generation > before!.generation);
  assert.is((await found(gateway.clients()))[0], "src/tide-7.ts");
  assert.is((await gateway.stop()).code, 0);
  assert.equal(verifyState(copy, { after: "idle" }).broken, []);
});

test.run();
