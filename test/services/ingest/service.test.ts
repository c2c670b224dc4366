import { Metadata } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  IngestRunState,
  type IngestServiceImplementation,
  PlannedAction,
} from "../../../gen/knowledge/v1/ingest_service.ts";
import { memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import type { Principal } from "../../../src/domain/mod.ts";
import type { CallExtension } from "../../../src/ports/mod.ts";
import { ingestService } from "../../../src/services/ingest/mod.ts";
import { faultOf } from "../../contract/sample-run.ts";
import { type Bench, bench, entries, fakeSource, gate, ingest, never, recorded } from "./harness.ts";

const test = suite("IngestService");

const maintainer: Principal = {
  tokenId: "admin",
  name: "admin",
  scope: "maintainer",
  sources: undefined,
  quotaClass: "",
  peer: "127.0.0.1",
};

type Handlers = Required<IngestServiceImplementation<CallExtension>>;

function serving(at: Bench): Handlers {
  const { implementation } = ingestService({ ...at, graph: memoryGraphStore() });
  return implementation as Handlers;
}

function call(principal: Partial<Principal> = {}, signal: AbortSignal = never) {
  return {
    metadata: Metadata(),
    peer: "",
    header: Metadata(),
    sendHeader() {},
    trailer: Metadata(),
    signal,
    principal: { ...maintainer, ...principal },
    requestId: "request-1",
    log: recorded().log,
  };
}

const start = (change: object = {}) => ({
  sources: [] as string[],
  mode: 0 as const,
  validateOnly: false,
  idempotencyKey: "",
  reason: "",
  ...change,
});

const two = () => bench([fakeSource("a", { "a.md": "a\n" }), fakeSource("b", { "b.md": "b\n" })]);

async function settled(at: Bench, ids: readonly (string | undefined)[]): Promise<void> {
  for (const id of ids) await at.ingester.ended(id!, never);
}

test("starts a run for every source when none is named, and tells how it went", async () => {
  const at = two();
  const api = serving(at);
  const { runs } = await api.startIngest(start({ reason: "because" }), call());
  assert.equal(
    runs?.map(({ source, state }) => [source, state]),
    [
      ["a", IngestRunState.INGEST_RUN_STATE_PENDING],
      ["b", IngestRunState.INGEST_RUN_STATE_PENDING],
    ],
  );
  await settled(
    at,
    runs!.map(({ runId }) => runId),
  );
  const { run } = await api.getIngestRun({ runId: runs![0]!.runId! }, call());
  assert.is(run?.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED);
  assert.is(run?.actor?.tokenId, "admin");
  assert.ok(run?.finishedAt instanceof Date);
  assert.is((await entries(at.ledger))[0]?.requestId, "request-1");
});

test("an idempotency key answers a repeat with the first runs, and refuses other arguments", async () => {
  const at = two();
  const api = serving(at);
  const asked = start({ sources: ["a"], idempotencyKey: "11111111-2222-3333-4444-555555555555" });
  const first = await api.startIngest(asked, call());
  await settled(at, [first.runs![0]!.runId]);
  assert.equal(await api.startIngest(asked, call()), first);
  assert.is(await faultOf(() => api.startIngest({ ...asked, sources: ["b"] }, call())), "invalid INVALID_ARGUMENT");
  const other = await api.startIngest(asked, call({ tokenId: "other" }));
  assert.is.not(other.runs![0]!.runId, first.runs![0]!.runId, "keys are apart for each principal");
  await settled(at, [other.runs![0]!.runId]);
  const twice = start({ sources: ["b"], idempotencyKey: "k" });
  const [one, same] = await Promise.all([api.startIngest(twice, call()), api.startIngest(twice, call())]);
  assert.equal(one, same, "two at once are one");
  await settled(at, [one.runs![0]!.runId]);
  for (const key of ["x".repeat(129), "a b", "é"])
    assert.is(await faultOf(() => api.startIngest(start({ idempotencyKey: key }), call())), "invalid INVALID_ARGUMENT");
});

test("refuses what is wrong in a request", async () => {
  const api = serving(two());
  assert.is(await faultOf(() => api.startIngest(start({ sources: ["none"] }), call())), "not-found NOT_FOUND");
  assert.is(await faultOf(() => api.startIngest(start({ mode: 7 }), call())), "invalid INVALID_ARGUMENT");
  assert.is(
    await faultOf(() => api.startIngest(start({ reason: "x".repeat(1_001) }), call())),
    "invalid INVALID_ARGUMENT",
  );
  assert.is(await faultOf(() => api.getIngestRun({ runId: "" }, call())), "invalid INVALID_ARGUMENT");
  assert.is(await faultOf(() => api.getIngestRun({ runId: "'; --" }, call())), "not-found NOT_FOUND");
  const list = { sources: [], states: [], pageSize: -1, pageToken: "" };
  assert.is(await faultOf(() => api.listIngestRuns(list, call())), "invalid INVALID_ARGUMENT");
  assert.is(
    await faultOf(() => api.listIngestRuns({ ...list, pageSize: 0, pageToken: "AAAA" }, call())),
    "invalid INVALID_ARGUMENT",
  );
  assert.is(await faultOf(() => serving(bench([])).startIngest(start(), call())), "precondition NO_SOURCES");
});

test("a token limited to sources sees no others, nor their runs", async () => {
  const at = two();
  const api = serving(at);
  const limited = { tokenId: "limited", sources: ["a"] };
  const hidden = await ingest(at, "b");
  assert.is(await faultOf(() => api.getIngestRun({ runId: hidden.runId }, call(limited))), "not-found NOT_FOUND");
  assert.is(await faultOf(() => api.cancelIngestRun({ runId: hidden.runId }, call(limited))), "not-found NOT_FOUND");
  assert.is(await faultOf(() => api.startIngest(start({ sources: ["b"] }), call(limited))), "not-found NOT_FOUND");
  const { runs } = await api.startIngest(start(), call(limited));
  assert.equal(
    runs?.map(({ source }) => source),
    ["a"],
  );
  await settled(at, [runs![0]!.runId]);
  const list = { sources: [], states: [], pageSize: 0, pageToken: "" };
  assert.equal(
    (await api.listIngestRuns(list, call(limited))).runs?.map(({ source }) => source),
    ["a"],
  );
  assert.equal((await api.listIngestRuns(list, call({ sources: [] }))).runs, []);
  const { sources } = await api.listSources({ pageSize: 0, pageToken: "" }, call(limited));
  assert.equal(
    sources?.map(({ name }) => name),
    ["a"],
  );
  const watching = api.watchIngest({ runId: hidden.runId, afterSequence: 0 }, call(limited));
  assert.is(await faultOf(() => watching[Symbol.asyncIterator]().next()), "not-found NOT_FOUND");
});

test("lists runs newest first, page by page, with tokens that fit one request and one caller", async () => {
  const at = two();
  const api = serving(at);
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    ids.unshift((await ingest(at, "a")).runId);
    await at.clock.advance(1_000);
  }
  const list = { sources: ["a"], states: [], pageSize: 2, pageToken: "" };
  const seen: (string | undefined)[] = [];
  let token = "";
  do {
    const page = await api.listIngestRuns({ ...list, pageToken: token }, call());
    seen.push(...page.runs!.map(({ runId }) => runId));
    token = page.nextPageToken ?? "";
    if (token !== "") {
      assert.is(
        await faultOf(() => api.listIngestRuns({ ...list, pageToken: token }, call({ tokenId: "other" }))),
        "invalid INVALID_ARGUMENT",
      );
      assert.is(
        await faultOf(() => api.listIngestRuns({ ...list, sources: [], pageToken: token }, call())),
        "invalid INVALID_ARGUMENT",
      );
    }
  } while (token !== "");
  assert.equal(seen, ids);
});

test("a validated request makes a plan to page through", async () => {
  const at = bench([fakeSource("a", { "1.md": "x", "2.md": "y", "3.md": "z" })]);
  const api = serving(at);
  const { runs } = await api.startIngest(start({ validateOnly: true }), call());
  const runId = runs![0]!.runId!;
  await settled(at, [runId]);
  const first = await api.getIngestPlan({ runId, pageSize: 2, pageToken: "" }, call());
  const rest = await api.getIngestPlan({ runId, pageSize: 2, pageToken: first.nextPageToken! }, call());
  assert.equal(
    [...first.files!, ...rest.files!].map(({ path }) => path),
    ["1.md", "2.md", "3.md"],
  );
  assert.is(first.files![0]!.action, PlannedAction.PLANNED_ACTION_ADD);
  assert.is(rest.nextPageToken, "");
  const real = await ingest(at, "a");
  assert.is(
    await faultOf(() => api.getIngestPlan({ runId: real.runId, pageSize: 0, pageToken: "" }, call())),
    "not-found NOT_FOUND",
  );
});

test("watching gives progress, heartbeats while nothing happens, and the end", async () => {
  const source = fakeSource("a", { "a.md": "a\n" });
  const reading = gate<void>();
  const resume = gate<Uint8Array>();
  source.onRead.set("a.md", () => {
    reading.resolve();
    return resume.promise;
  });
  const at = bench([source]);
  const api = serving(at);
  const { runs } = await api.startIngest(start(), call());
  await reading.promise;
  const stream = api.watchIngest({ runId: runs![0]!.runId!, afterSequence: 0 }, call())[Symbol.asyncIterator]();
  let last = await stream.next();
  const stages = new Set<string>();
  while (!last.done && last.value.progress?.stage !== "indexing") {
    stages.add(last.value.progress!.stage!);
    last = await stream.next();
  }
  assert.equal([...stages], ["waiting", "listing", "planning"]);
  const beat = stream.next();
  while (at.clock.sleeping() < 2) await Promise.resolve();
  await at.clock.advance(15_000);
  assert.equal((await beat).value, { progress: undefined });
  resume.resolve(new TextEncoder().encode("a\n"));
  const states: unknown[] = [];
  for (let next = await stream.next(); !next.done; next = await stream.next())
    states.push(next.value.progress?.run?.state);
  assert.is(states.at(-1), IngestRunState.INGEST_RUN_STATE_SUCCEEDED);
});

test("a caller who leaves a watch ends it", async () => {
  const source = fakeSource("a", { "a.md": "a\n" });
  source.onRead.set(
    "a.md",
    (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  const at = bench([source]);
  const api = serving(at);
  const { runs } = await api.startIngest(start(), call());
  const leaving = new AbortController();
  const stream = api.watchIngest({ runId: runs![0]!.runId!, afterSequence: 100 }, call({}, leaving.signal));
  const next = stream[Symbol.asyncIterator]().next();
  leaving.abort();
  assert.is(await faultOf(() => next), "cancelled CANCELLED");
  const { run } = await api.cancelIngestRun({ runId: runs![0]!.runId! }, call());
  assert.is(run?.state, IngestRunState.INGEST_RUN_STATE_CANCELLED);
});

test("sources tell how far they are behind, and keep the actor from readers", async () => {
  const source = fakeSource("a", { "a.md": "a\n" });
  const broken = fakeSource("z", {});
  broken.head = () => Promise.reject(new Error("/secret/path"));
  const at = bench([source, broken]);
  const api = serving(at);
  await ingest(at, "a");
  source.commit = "c2";
  const { sources } = await api.listSources({ pageSize: 0, pageToken: "" }, call({ scope: "reader" }));
  const [a, z] = sources!;
  assert.equal([a!.revision?.commit, a!.headCommit, a!.commitsBehind, a!.files], ["c1", "c2", 1, 1]);
  assert.is(a!.lastRun?.actor, undefined);
  assert.is(a!.lastRun?.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED);
  assert.equal([z!.revision, z!.commitsBehind, z!.warnings?.length], [undefined, -1, 2]);
  assert.not.ok(JSON.stringify(z).includes("secret"));
  const seen = await api.listSources({ pageSize: 1, pageToken: "" }, call());
  assert.is(seen.sources![0]!.lastRun?.actor?.tokenId, "command");
  const next = await api.listSources({ pageSize: 1, pageToken: seen.nextPageToken! }, call());
  assert.equal([next.sources![0]!.name, next.nextPageToken], ["z", ""]);
});

test.run();
