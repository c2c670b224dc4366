import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Metadata } from "nice-grpc";
import { type ClientError, Status } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type IngestRun, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchView } from "../../gen/knowledge/v1/search_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import {
  type GatewayProcess,
  ingest,
  launchCommand,
  runCommand,
  startGatewayProcess,
  temporaryFolder,
} from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { inTime } from "../support/in-time.ts";
import { type Neo4jServer, neo4jMissing, startNeo4j } from "../support/neo4j-server.ts";
import { type QdrantServer, startQdrantServer } from "../support/qdrant-server/mod.ts";
import { type RedisServer, redisBinary, startRedis } from "../support/redis-server.ts";
import { type SqldServer, sqldBinary, startSqld } from "../support/sqld-server.ts";

/**
 * Two gateways that share everything that can be shared: a real Neo4j, a real Redis, real libSQL servers, and a contract
 * server of Qdrant.
 */
const test = suite("two gateways on shared backends");
const redis = redisBinary();
const sqld = sqldBinary();
const missing =
  neo4jMissing() ||
  (redis === undefined ? "no redis-server at hand" : "") ||
  (sqld === undefined ? "no sqld at hand" : "");
const admin = "maintainer-of-both-0123456789abcdefghijklmnop";

const tide = (hour: number) => `/** The tide. */\nexport function tideHeight() {\n  return ${hour};\n}\n`;
const dock = 'import { tideHeight } from "./tide.ts";\n\nexport const mayDock = () => tideHeight() > 2;\n';
const master = (name: string) => `# Harbour\n\nThe harbour master is called ${name}.\n`;

async function statusOf(work: Promise<unknown>): Promise<Status> {
  try {
    await work;
    return Status.OK;
  } catch (error) {
    return (error as ClientError).code;
  }
}

/** What a search shows, by its id, with its score. */
async function shown(clients: Clients, query: string) {
  const { hits } = await inTime(() =>
    clients.search.search({ query, view: SearchView.SEARCH_VIEW_FULL, pageSize: 50 }),
  );
  return hits.map(({ chunkId, score, content }) => ({ chunkId, score, content }));
}

const texts = async (clients: Clients, query: string) =>
  (await shown(clients, query)).map(({ content }) => content).join("\n");

async function nodes(clients: Clients) {
  const { nodes: found } = await clients.graph.searchNodes({ query: "tide", pageSize: 50 });
  return found;
}

async function generation(clients: Clients): Promise<number> {
  const [source] = (await clients.ingest.listSources({})).sources;
  return Number(source?.revision?.generation ?? 0);
}

/** What it gives, once that is something; what it throws counts when the time is over. */
async function until<T>(what: string, work: () => Promise<T | undefined | false>): Promise<T> {
  for (const began = performance.now(); ; ) {
    let cause: unknown;
    try {
      const found = await work();
      if (found) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() - began > 120_000) throw new Error(`it did not come: ${what}: ${cause}`);
    await delay(50);
  }
}

if (missing !== "") {
  test(`LEFT OUT: ${missing}`, () => console.error(`LEFT OUT: two gateways on shared backends (${missing})`));
} else {
  let [neo4j, qdrant, redisServer]: [Neo4jServer?, QdrantServer?, RedisServer?] = [];
  let [state, ledger]: [SqldServer?, SqldServer?] = [];
  const files = { "src/tide.ts": tide(1), "src/dock.ts": dock, "docs/harbour.md": master("Quillfeather") };
  const repo = makeRepo(files);
  let [one, two]: [GatewayProcess?, GatewayProcess?] = [];
  let here: Clients;
  let there: Clients;
  let env: Record<string, string>;
  const sources = { harbour: repo.root };

  test.before(async () => {
    const folder = temporaryFolder();
    [neo4j, redisServer, qdrant, state, ledger] = await Promise.all([
      startNeo4j(),
      startRedis(redis as string),
      startQdrantServer(),
      startSqld(sqld as string),
      startSqld(sqld as string),
    ]);
    const keyFile = join(folder, "key");
    writeFileSync(keyFile, "the key that both of the gateways were given\n");
    env = {
      KM_ADMIN_TOKEN: admin,
      KM_CHUNK_INDEX: "qdrant",
      KM_QDRANT_URL: qdrant.url,
      KM_GRAPH_STORE: "neo4j",
      KM_NEO4J_URI: neo4j.uri,
      KM_NEO4J_USER: neo4j.user,
      KM_NEO4J_PASSWORD: neo4j.password,
      KM_GRAPH_AUTO_MIGRATE: "on",
      KM_STATE_URL: state.url,
      KM_STATE_TOKEN: state.token,
      KM_AUDIT_URL: ledger.url,
      KM_AUDIT_TOKEN: ledger.token,
      KM_AUDIT_KEY_FILE: keyFile,
      KM_REDIS_URL: redisServer.url,
      KM_RATE_LIMIT_REQUESTS: "100000",
      KM_RATE_LIMIT_WINDOW: "1h",
      KM_SCHEDULER_ENABLED: "off",
    };
    one = await startGatewayProcess({ sources, env });
    here = one.clients(admin);
  });
  test.after(async () => {
    for (const gateway of [one, two]) await gateway?.stop();
    await Promise.all([neo4j?.stop(), redisServer?.stop(), qdrant?.close()]);
    await Promise.all([state?.stop(), ledger?.stop()]);
    repo.remove();
  });

  test("one that starts while the other ingests leaves that run alone, can watch it, and can't begin or cancel it", async () => {
    let goOn = () => {};
    const after = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    qdrant!.misbehave = ({ path }) => (path.endsWith("/points/batch") ? { after } : undefined);
    const runId = (await here.ingest.startIngest({})).runs[0]?.runId ?? "";
    two = await startGatewayProcess({ sources, env });
    there = two.clients(admin);
    const busy = await there.ingest.startIngest({}).then(
      () => undefined,
      (error: ClientError) => error,
    );
    assert.is(busy?.code, Status.ABORTED, String(busy?.details));
    assert.match(busy?.details ?? "", runId);
    assert.is(await statusOf(there.ingest.cancelIngestRun({ runId })), Status.FAILED_PRECONDITION);
    qdrant!.misbehave = () => undefined;
    goOn();
    let last: IngestRun | undefined;
    for await (const { progress } of there.ingest.watchIngest({ runId })) last = progress?.run ?? last;
    assert.is(last?.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED, last?.error?.message);
  });

  test("what one ingested the other serves: the same answers with the same scores, the same graph", async () => {
    const wanted = await generation(here);
    await until("the other serves it", async () => (await generation(there)) === wanted);
    const query = "who is the harbour master";
    assert.match(await texts(there, query), "Quillfeather");
    assert.equal(await shown(there, query), await shown(here, query));
    assert.ok((await nodes(here)).length > 0);
    assert.equal(await nodes(there), await nodes(here));
  });

  test("runs that follow each other at once, on one and the other in turn, lose nothing and keep nothing stale", async () => {
    const names = ["Brambleworth", "Thistledown", "Fernsby", "Marshgate", "Oakhollow", "Reedmoor"];
    for (const [i, name] of names.entries()) {
      repo.write("docs/harbour.md", master(name));
      if (i % 2 === 1) repo.write("src/tide.ts", tide(i));
      repo.commit();
      // The lease is free a moment after the watchers have heard of the end.
      const clients = i % 2 === 0 ? there : here;
      await until("the source is free", () => ingest(clients));
      assert.match(await texts(clients, "who is the harbour master"), name);
    }
    const wanted = await until("both serve the same", async () => {
      const [mine, theirs] = [await generation(here), await generation(there)];
      return mine === theirs && mine;
    });
    assert.ok(wanted > 0);
    for (const clients of [here, there]) {
      const all = await texts(clients, "who is the harbour master and how high is the tide");
      assert.match(all, "Reedmoor");
      assert.match(all, "return 5;");
      for (const gone of ["Quillfeather", ...names.slice(0, -1), "return 3;"]) assert.not.match(all, gone);
    }
    assert.equal(await nodes(there), await nodes(here));
  });

  test("a page that one gave the other continues", async () => {
    const query = { query: "harbour tide dock", pageSize: 1 };
    const first = await here.search.search(query);
    assert.is.not(first.nextPageToken, "");
    const [mine, theirs] = await Promise.all(
      [here, there].map((clients) => clients.search.search({ ...query, pageToken: first.nextPageToken })),
    );
    assert.equal(
      theirs?.hits.map(({ chunkId }) => chunkId),
      mine?.hits.map(({ chunkId }) => chunkId),
    );
  });

  test("a token issued beside one opens the other, one quota counts for both, and a revoked one opens neither", async () => {
    const place = { statePath: one!.statePath, sources, env };
    const made = await runCommand(["--json", "token", "issue", "reader of both"], place);
    assert.is(made.code, 0, made.stderr);
    const token = /kg_[\w-]+/.exec(made.stdout)?.[0] ?? "";
    const readers = [one!.clients(token), two!.clients(token)] as const;
    const left: number[] = [];
    const onHeader = (header: Metadata) => void left.push(Number(header.get("x-ratelimit-remaining")));
    for (const clients of readers) {
      const open = () => statusOf(clients.search.search({ query: "tide" }));
      await until("the token opens it", async () => (await open()) === Status.OK);
    }
    for (const clients of [...readers, ...readers]) await clients.search.search({ query: "tide" }, { onHeader });
    assert.is(new Set(left).size, 4, left.join());
    assert.equal(
      left,
      [...left].sort((a, b) => b - a),
      "each call leaves less than the one before it, on whichever gateway",
    );
    const id = /kg_([\w]+?)_/.exec(token)?.[1] ?? "";
    assert.is((await runCommand(["token", "revoke", id], place)).code, 0);
    for (const clients of readers) {
      const shut = () => statusOf(clients.search.search({ query: "tide" }));
      await until("the token is refused", async () => (await shut()) === Status.UNAUTHENTICATED);
    }
  });

  test("a schedule paused on one is paused on the other", async () => {
    await here.ingest.pauseSchedule({ name: "coverage" });
    const { schedules } = await there.ingest.listSchedules({});
    assert.equal(
      schedules.filter(({ paused }) => paused).map(({ name }) => name),
      ["coverage"],
    );
    await there.ingest.resumeSchedule({ name: "coverage" });
  });

  test("one ledger holds what both did, and verifies on either; nothing that went on was closed as interrupted", async () => {
    for (const clients of [here, there]) {
      const { intact, problem } = await clients.audit.verifyLedger({});
      assert.is(intact, true, problem);
    }
    const mine = await here.audit.listEntries({ pageSize: 100 });
    const theirs = await there.audit.listEntries({ pageSize: 100 });
    assert.equal(theirs.entries, mine.entries);
    const interrupted = await here.audit.listEntries({ pageSize: 100, outcomes: [7] });
    assert.equal(interrupted.entries, []);
  });

  test("coverage reports are not shared: each has those of the runs it did", async () => {
    const reports = await Promise.all(
      [here, there].map((clients) => clients.ingest.listCoverageReports({ source: "harbour" })),
    );
    const ids = reports.map(({ reports: some }) => some.map(({ reportId }) => reportId));
    assert.ok(ids[0]!.length > 0 && ids[1]!.length > 0);
    assert.not.ok(ids[0]!.some((id) => ids[1]!.includes(id)));
  });

  test("one is paused past its lease and wakes: the other's run stands, the one that slept serves nothing and says why", async () => {
    repo.write("docs/harbour.md", master("Sleeperton"));
    repo.commit();
    let goOn = () => {};
    const after = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    qdrant!.misbehave = ({ path }) => (path.endsWith("/points/batch") ? { after } : undefined);
    const runId = (await here.ingest.startIngest({})).runs[0]?.runId ?? "";
    // Followed from the other gateway, by the command: the run is elsewhere.
    const watching = launchCommand(["--address", two!.address, "ingest", "watch", runId], { env: { KM_TOKEN: admin } });
    await until("it is followed", async () => watching.complained().includes("harbour: indexing"));
    one!.signal("SIGSTOP");
    qdrant!.misbehave = () => undefined;
    repo.write("docs/harbour.md", master("Wakefield"));
    repo.commit();
    const [taken] = await until("the lease is over", () => ingest(there));
    assert.match(await texts(there, "who is the harbour master"), "Wakefield");
    one!.signal("SIGCONT");
    goOn();
    const ended = await until("the run has ended", async () => {
      const { run } = await there.ingest.getIngestRun({ runId });
      return run?.state === IngestRunState.INGEST_RUN_STATE_FAILED && run;
    });
    assert.ok(["LEASE_LOST", "INTERRUPTED"].includes(ended.error?.reason ?? ""), JSON.stringify(ended.error));
    assert.is((await watching.ended).code, 1);
    assert.match(watching.said(), "harbour: failed");
    await until("both serve the other's run", async () => {
      const [mine, theirs] = [await generation(here), await generation(there)];
      return mine === Number(taken?.generation) && theirs === mine;
    });
    for (const clients of [here, there]) {
      const all = await texts(clients, "who is the harbour master");
      assert.match(all, "Wakefield");
      for (const gone of ["Sleeperton", "Reedmoor"]) assert.not.match(all, gone);
    }
    assert.equal(await nodes(there), await nodes(here));
    // The ledger has each run once, ended as it ended; what was committed is what is served.
    const { entries } = await there.audit.listEntries({ runId, pageSize: 20 });
    assert.ok(
      entries.every(({ outcome }) => ![2, 8].includes(outcome)),
      "it neither succeeded nor committed",
    );
    repo.write("docs/harbour.md", master("Reedmoor"));
    repo.commit();
    await until("the source is free", () => ingest(here));
    for (const clients of [here, there]) {
      await until("both serve it", async () =>
        (await texts(clients, "who is the harbour master")).includes("Reedmoor"),
      );
    }
  });

  test("one is killed in a run: the other ends that run, and ingests the source once the lease is over", async () => {
    repo.write("docs/harbour.md", master("Saltmarsh"));
    repo.commit();
    qdrant!.misbehave = ({ path }) => (path.endsWith("-catalogue/points/batch") ? "silence" : undefined);
    const runId = (await here.ingest.startIngest({})).runs[0]?.runId ?? "";
    await until("it writes", async () => qdrant!.exchanges.some(({ path }) => path.endsWith("/points/batch")));
    one!.signal("SIGKILL");
    await one!.ended;
    one = undefined;
    qdrant!.misbehave = () => undefined;
    assert.match(await texts(there, "who is the harbour master"), "Reedmoor");
    await until("the lease is over", () => ingest(there));
    assert.match(await texts(there, "who is the harbour master"), "Saltmarsh");
    const ended = await until("the run is ended", async () => {
      const { run } = await there.ingest.getIngestRun({ runId });
      return run?.state === IngestRunState.INGEST_RUN_STATE_FAILED && run;
    });
    assert.is(ended.error?.reason, "INTERRUPTED");
    await until("its entry is closed", async () => {
      const { entries } = await there.audit.listEntries({ runId, pageSize: 10, outcomes: [7] });
      return entries.length === 1;
    });
    assert.is((await there.audit.verifyLedger({})).intact, true);
  });
}

test.run();
