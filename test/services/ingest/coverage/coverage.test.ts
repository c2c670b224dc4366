import { Metadata } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CoverageClass, type IngestServiceImplementation } from "../../../../gen/knowledge/v1/ingest_service.ts";
import { memoryGraphStore } from "../../../../src/adapters/memory/mod.ts";
import { Fault, insider, type Principal } from "../../../../src/domain/mod.ts";
import type { CallExtension } from "../../../../src/ports/mod.ts";
import { ingestService, recoverCoverage } from "../../../../src/services/ingest/mod.ts";
import { type Bench, bench, entries, fakeSource, ingest, never, recorded } from "../harness.ts";

const test = suite("coverage reports");
const { tokenId, name, scope, peer } = insider("scheduler");
const actor = { tokenId, name, scope, peer };
const maintainer: Principal = { ...insider("command"), tokenId: "admin" };

async function faultOf(work: () => unknown): Promise<Fault> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

type Handlers = Required<IngestServiceImplementation<CallExtension>>;
const serving = (at: Bench) => ingestService({ ...at, graph: memoryGraphStore() }).implementation as Handlers;

function call(principal: Partial<Principal> = {}) {
  return {
    metadata: Metadata(),
    peer: "",
    header: Metadata(),
    sendHeader() {},
    trailer: Metadata(),
    signal: never,
    principal: { ...maintainer, ...principal },
    requestId: "request-1",
    log: recorded().log,
  };
}

const get = (change: object = {}) => ({
  source: "a",
  classes: [],
  pathPrefixes: [],
  reportId: "",
  pageSize: 0,
  pageToken: "",
  ...change,
});
const list = (change: object = {}) => ({ source: "a", pageSize: 0, pageToken: "", ...change });

const three = () => fakeSource("a", { "a.ts": "one\n\ntwo\n", "b.md": "words\n", "c.bin": "\0" });

test("a run leaves a report, the next one names what was removed, and one that changed nothing leaves none", async () => {
  const source = three();
  const at = bench([source]);
  const run = await ingest(at, "a");
  const [first] = await at.coverage.reports("a", never);
  assert.is(first?.runId, run.runId);
  assert.is(first?.revision.generation, run.generation);
  const { tracked, indexed, skipped, byReason, byArtifactType } = first!.summary;
  assert.equal([tracked, indexed, skipped], [3, 2, 1]);
  assert.equal({ ...byReason }, { BINARY: 1 });
  assert.equal({ ...byArtifactType }, { code: 1, doc: 1, other: 1 });
  assert.is(at.telemetry.counted.get("km_coverage_files a skipped"), 1);
  assert.is(at.telemetry.counted.get("km_index_commits_behind a"), 0);

  await ingest(at, "a");
  assert.is((await at.coverage.reports("a", never)).length, 1);

  source.files.delete("b.md");
  await at.clock.advance(1);
  await ingest(at, "a");
  const [second] = await at.coverage.reports("a", never);
  assert.equal(second?.summary.removedPaths, ["b.md"]);
  assert.is(second?.summary.tracked, 2);
});

test("after runs that a watch starts one report is written for all, within five minutes or when it is asked for", async () => {
  const source = three();
  const at = bench([source]);
  await ingest(at, "a");
  const written = async () => (await at.store.reports("a", never)).map(({ runId }) => runId);
  await at.coverage.reports("a", never);
  assert.is((await written()).length, 1);
  const save = async (text: string) => {
    source.files.set("a.ts", text);
    await at.clock.advance(1_000);
    return ingest(at, "a", { trigger: "watch" });
  };
  await save("three\n");
  const second = await save("four\n");
  assert.is((await written()).length, 1, "it waits for more runs");
  const [asked] = await at.coverage.reports("a", never);
  assert.equal([asked?.runId, asked?.summary.tracked], [second.runId, 3]);
  assert.is((await written()).length, 2, "and is one for both");

  const third = await save("five\n");
  await at.clock.advance(299_000);
  assert.is((await written()).length, 2);
  await at.clock.advance(1_000);
  while ((await written()).length < 3) await new Promise((resolve) => setImmediate(resolve));
  assert.is((await written())[0], third.runId);

  await save("six\n");
  const last = await ingest(at, "a", { trigger: "schedule", mode: "full" });
  while ((await written()).length < 4) await new Promise((resolve) => setImmediate(resolve));
  assert.is((await written())[0], last.runId, "another's run does not wait");
  const unasked = await save("seven\n");
  await at.coverage.drain();
  assert.is((await written())[0], unasked.runId, "and the end waits for none");
});

test("a dry run and a failed run leave none", async () => {
  const source = three();
  const at = bench([source]);
  await ingest(at, "a", { dryRun: true });
  source.onRead.set("a.ts", () => Promise.reject(new Error("the disk is gone")));
  assert.is((await ingest(at, "a")).state, "failed");
  await at.coverage.drain();
  assert.equal(await at.coverage.reports("a", never), []);
});

test("how far the index is behind is said, in the report and the metric", async () => {
  const source = three();
  const at = bench([source]);
  await ingest(at, "a");
  source.commit = "c2";
  const report = await at.coverage.generate("a", actor, "r", never);
  assert.is(report.commitsBehind, 1);
  assert.is(at.telemetry.counted.get("km_index_commits_behind a"), 1);
});

test("a report that is asked for stands in the ledger, whether it came to be or not", async () => {
  const at = bench([three()]);
  assert.is((await faultOf(() => at.coverage.generate("a", actor, "r", never))).reason, "NOT_INDEXED");
  assert.is((await faultOf(() => at.coverage.generate("b", actor, "r", never))).code, "not-found");
  assert.equal(await entries(at.ledger), [], "nothing began");
  await ingest(at, "a");
  await at.coverage.reports("a", never);
  const report = await at.coverage.generate("a", actor, "r1", never);
  const written = (await entries(at.ledger)).filter(({ kind }) => kind === "coverage-report");
  assert.equal(
    written.map(({ outcome, source, requestId }) => [outcome, source, requestId]),
    [
      ["started", "a", "r1"],
      ["succeeded", "a", "r1"],
    ],
  );
  assert.is(written[1]?.details["report_id"], report.reportId);
  assert.is(written[1]?.startedSequence, written[0]?.sequence);

  const failing = { ...at.index, files: () => Promise.reject(new Error("gone")) };
  const broken = at.restarted({}, { index: failing });
  await faultOf(() => broken.coverage.generate("a", actor, "r2", never)).catch(() => {});
  const last = (await entries(at.ledger)).at(-1);
  assert.equal([last?.kind, last?.outcome, last?.details["reason"]], ["coverage-report", "failed", "INTERNAL"]);
});

test("what a dead process left open is closed at the start, and the metrics are there again", async () => {
  const at = bench([three()]);
  await ingest(at, "a");
  await at.coverage.reports("a", never);
  const begun = { kind: "coverage-report", outcome: "started", actor, requestId: "r", source: "a" } as const;
  const { sequence } = await at.ledger.append({ ...begun, run: undefined, details: {}, startedSequence: 0 }, never);
  at.telemetry.counted.clear();
  await recoverCoverage(at, never);
  const last = (await entries(at.ledger)).at(-1);
  assert.equal([last?.outcome, last?.startedSequence], ["interrupted", sequence]);
  assert.is(at.telemetry.counted.get("km_coverage_files a indexed"), 2);
});

test("GetCoverage gives the report and its entries, filtered, in pages of one report", async () => {
  const files = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`d${i % 2}/${i}.md`, i === 6 ? "\0" : "x\n"]));
  const source = fakeSource("a", files);
  const at = bench([source]);
  await ingest(at, "a");
  const api = serving(at);
  const first = await api.getCoverage(get({ pageSize: 3 }), call());
  assert.is(first.entries?.length, 3);
  assert.is(first.report?.summary?.tracked, 7);
  assert.ok(first.report?.revision?.generation);

  source.files.set("d0/zz.md", "new\n");
  await at.clock.advance(1);
  await ingest(at, "a");
  await at.coverage.reports("a", never);
  const paths = first.entries!.map(({ path }) => path);
  let token = first.nextPageToken!;
  while (token !== "") {
    const page = await api.getCoverage(get({ pageSize: 3, pageToken: token }), call());
    assert.is(page.report?.reportId, first.report?.reportId, "pages stay in the report they began in");
    paths.push(...page.entries!.map(({ path }) => path));
    token = page.nextPageToken!;
  }
  assert.equal(paths, Object.keys(files).sort());

  const skipped = await api.getCoverage(get({ classes: [CoverageClass.COVERAGE_CLASS_SKIPPED] }), call());
  assert.equal(
    skipped.entries?.map(({ path, reason }) => [path, reason]),
    [["d0/6.md", "BINARY"]],
  );
  const below = await api.getCoverage(get({ pathPrefixes: ["d1/"] }), call());
  assert.equal(
    below.entries?.map(({ path }) => path),
    ["d1/1.md", "d1/3.md", "d1/5.md"],
  );
  const older = await api.getCoverage(get({ reportId: first.report!.reportId! }), call());
  assert.is(older.entries?.length, 7);
});

test("page tokens belong to their request and their caller; unknown reports and classes are told", async () => {
  const at = bench([three()]);
  await ingest(at, "a");
  const api = serving(at);
  const { nextPageToken: pageToken } = await api.getCoverage(get({ pageSize: 1 }), call());
  assert.ok(pageToken);
  for (const [request, principal] of [
    [get({ pageToken, pathPrefixes: ["a"] }), {}],
    [get({ pageToken }), { tokenId: "other" }],
    [get({ pageToken: `${pageToken}A` }), {}],
    [get({ pageSize: -1 }), {}],
    [get({ classes: [9] }), {}],
    [get({ source: "" }), {}],
    [get({ pathPrefixes: Array.from({ length: 101 }, String) }), {}],
  ] as const)
    assert.is((await faultOf(() => api.getCoverage(request as never, call(principal)))).code, "invalid");
  const unknown = await faultOf(() => api.getCoverage(get({ reportId: "../../x" }), call()));
  assert.is(unknown.code, "not-found");
});

test("a source that the caller may not see does not exist for them", async () => {
  const at = bench([three(), fakeSource("b", { "b.md": "b\n" })]);
  await ingest(at, "a");
  const api = serving(at);
  const only = call({ sources: ["b"] });
  const none = call({ sources: ["b"] });
  for (const asked of [
    () => api.getCoverage(get(), only),
    () => api.listCoverageReports(list(), only),
    () => api.generateCoverage({ source: "a", idempotencyKey: "" }, only),
  ]) {
    const fault = await faultOf(() => asked());
    assert.equal([fault.code, fault.message], ["not-found", "no source 'a'; ListSources names those there are"]);
  }
  const missing = await faultOf(() => api.getCoverage(get({ source: "nope" }), none));
  assert.is(missing.message, "no source 'nope'; ListSources names those there are", "as for one that is not there");
  assert.is((await faultOf(() => api.getCoverage(get({ source: "b" }), only))).code, "not-found");
});

test("GenerateCoverage writes once for an idempotency key, and ListCoverageReports pages newest first", async () => {
  const at = bench([three()]);
  await ingest(at, "a");
  await at.coverage.reports("a", never);
  const api = serving(at);
  const ids: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    await at.clock.advance(1_000);
    const { report } = await api.generateCoverage({ source: "a", idempotencyKey: `key-${i}` }, call());
    const again = await api.generateCoverage({ source: "a", idempotencyKey: `key-${i}` }, call());
    assert.is(again.report?.reportId, report?.reportId);
    ids.unshift(report!.reportId!);
  }
  const first = await api.listCoverageReports(list({ pageSize: 2 }), call());
  await at.clock.advance(1_000);
  await at.coverage.generate("a", actor, "r", never);
  const second = await api.listCoverageReports(list({ pageSize: 2, pageToken: first.nextPageToken }), call());
  const third = await api.listCoverageReports(list({ pageSize: 2, pageToken: second.nextPageToken }), call());
  const listed = [first, second, third].flatMap(({ reports }) => reports!.map(({ reportId }) => reportId));
  assert.equal(listed.slice(0, 4), ids);
  assert.is(listed.length, 5, "the four, and the run's");
  assert.is(third.nextPageToken, "");
});

test("runs in quick succession end with a report of the newest, and a drain waits for it", async () => {
  const source = three();
  const at = bench([source]);
  let last = 0;
  for (let i = 0; i < 5; i += 1) {
    source.files.set("a.ts", `text ${i}\n`);
    await at.clock.advance(1);
    last = (await ingest(at, "a")).generation;
  }
  await at.coverage.drain();
  const [latest] = await at.store.reports("a", never);
  assert.is(latest?.revision.generation, last);
});

test.run();
