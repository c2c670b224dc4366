import neo4j, { type Driver } from "neo4j-driver";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AuditKind, AuditOutcome } from "../../gen/knowledge/v1/audit_service.ts";
import { type IngestRun, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import { type GatewayProcess, ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { type Neo4jServer, neo4jMissing, startNeo4j } from "../support/neo4j-server.ts";

const test = suite("a Neo4j that is killed and comes back");
const missing = neo4jMissing();

if (missing !== "") {
  test(`LEFT OUT: ${missing}`, () => console.error(`LEFT OUT: a Neo4j that is killed (${missing})`));
} else {
  let server: Neo4jServer;
  let driver: Driver;
  let gateway: GatewayProcess;
  /** Enough for several transactions, so that there is a middle to be killed in. */
  const parts = 80;
  const part = (at: number, round: number) =>
    `import { step${at} } from "./part-${at - 1}.ts";\n\n${Array.from(
      { length: 8 },
      (_, each) =>
        `export function ${each === 0 ? `step${at + 1}` : `way${at}of${each}round${round}`}() {\n  return step${at}() * ${round};\n}\n`,
    ).join("\n")}`;
  const write = (round: number) => {
    for (let at = 1; at <= parts; at += 1) repo.write(`src/part-${at}.ts`, part(at, round));
  };
  const repo = makeRepo({ "src/part-0.ts": "export function step1() {\n  return 1;\n}\n" });
  write(1);
  repo.commit("round 1");

  const start = (retry: string) =>
    startGatewayProcess({
      sources: { harbour: repo.root },
      env: {
        KM_GRAPH_STORE: "neo4j",
        KM_NEO4J_URI: server.uri,
        KM_NEO4J_USER: server.user,
        KM_NEO4J_PASSWORD: server.password,
        KM_NEO4J_RETRY: retry,
        KM_GRAPH_AUTO_MIGRATE: "on",
      },
    });

  test.before(async () => {
    server = await startNeo4j();
    driver = neo4j.driver(server.uri, neo4j.auth.basic(server.user, server.password));
  });
  test.after(async () => {
    await gateway.stop();
    await driver.close();
    await server.stop();
    repo.remove();
  });

  async function rows(statement: string): Promise<unknown[][]> {
    const { records } = await driver.executeQuery(statement);
    return records.map((record) => [...record.values()]);
  }

  /** What the generation that is served consists of, without its number. */
  async function served(): Promise<string[]> {
    const seen = "x.born <= s.committed AND s.committed < x.dead";
    const looks = [
      `MATCH (s:KmSource), (x:KmVersion {source: s.name})-[:OF]->(n) WHERE ${seen} RETURN n.id, x.by, x.name, x.startLine`,
      `MATCH (s:KmSource), (a:KmNode {source: s.name})-[x]->(b:KmNode) WHERE ${seen} RETURN a.id, type(x), b.id, x.path, x.confidence, x.lines`,
      `MATCH (s:KmSource), (x:KmFacts {source: s.name}) WHERE ${seen} RETURN x.path, x.digest`,
    ];
    const all: string[] = [];
    for (const look of looks) {
      const found = await rows(look);
      assert.ok(found.length > parts, look);
      all.push(...found.map((row) => JSON.stringify(row)).sort());
    }
    return all;
  }

  const unfinished = async (): Promise<number> => {
    const statement =
      "MATCH (c:KmContribution) OPTIONAL MATCH (s:KmSource {name: c.source}) WITH c, s WHERE c.born > coalesce(s.committed, 0) RETURN count(c)";
    return Number((await rows(statement))[0]?.[0]);
  };

  async function lastOf(clients: Clients, runId: string): Promise<IngestRun | undefined> {
    let last: IngestRun | undefined;
    for await (const { progress } of clients.ingest.watchIngest({ runId })) last = progress?.run ?? last;
    return last;
  }

  /** Begins a run and kills the server once it has rows of a generation that nobody sees. */
  async function killedInMidRun(clients: Clients): Promise<string> {
    const { runs } = await clients.ingest.startIngest({});
    const runId = runs[0]?.runId ?? "";
    while ((await unfinished()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await server.kill();
    return runId;
  }

  /** How a page of the sidecar, or the health service, comes to answer; for ever is the runner's to end. */
  async function comesTo(what: () => Promise<number>, wanted: number): Promise<void> {
    while ((await what()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  const [serving, notServing] = [1, 2];
  const readyz = () => gateway.page("/readyz");
  const graphHealth = () => gateway.health("knowledge.v1.GraphService");
  /** A database that has just started plans each statement anew: on a busy machine that takes longer than a call has. */
  async function nodeNamed(clients: Clients, nodeId: string): Promise<string | undefined> {
    for (;;) {
      try {
        return (await clients.graph.getNode({ nodeId })).node?.name;
      } catch (error) {
        if (!/DEADLINE_EXCEEDED|UNAVAILABLE/.test((error as Error).message)) throw error;
      }
    }
  }

  const word = (clients: Clients, query: string) => clients.search.search({ query, includeGraph: true });

  test("away for longer than a run waits: it fails and says why, what was served stays, the next run completes", async () => {
    gateway = await start("1s");
    const clients = gateway.clients();
    const [first] = await ingest(clients);
    const before = await served();
    const known = "symbol:harbour/src/part-7.ts#way7of3round1";
    assert.is(await nodeNamed(clients, known), "way7of3round1");
    write(2);
    repo.commit("round 2");
    const run = await lastOf(clients, await killedInMidRun(clients));

    assert.is(run?.state, IngestRunState.INGEST_RUN_STATE_FAILED);
    const { reason, message } = run?.error ?? {};
    assert.is(reason, "GRAPH_BACKEND");
    assert.match(message ?? "", /Neo4j .* can't be reached: check KM_NEO4J_URI and the server/);
    const { entries } = await clients.audit.listEntries({ kinds: [AuditKind.AUDIT_KIND_INGEST_RUN] });
    const [ended] = entries;
    assert.is(ended?.outcome, AuditOutcome.AUDIT_OUTCOME_FAILED);
    assert.equal([ended?.details["reason"], ended?.details["message"]], [reason, message]);
    await comesTo(readyz, 503);
    await comesTo(graphHealth, notServing);
    assert.is(await gateway.page("/livez"), 200);
    assert.match(await gateway.metrics(), /km_backend_errors_total\{[^}]*backend="neo4j"[^}]*code="unavailable"/);

    // Passages of the last good generation are served, without relations, which the reply says; the graph is not.
    const old = await word(clients, "way7of3round1");
    assert.match(old.hits[0]?.snippet?.text ?? "", /way7of3round1/);
    assert.is(old.revisions[0]?.generation, first?.generation);
    assert.match(old.warnings.join(), /include_graph: the graph did not answer/);
    assert.equal(
      (await word(clients, "way7of3round2")).hits.filter(({ snippet }) => snippet?.text.includes("round2")),
      [],
    );
    // Well within the ten seconds of a call that sets no deadline: DEADLINE_EXCEEDED would name no cause.
    await clients.graph.getNode({ nodeId: known }).then(
      () => assert.unreachable("it answered"),
      (error: Error) => assert.match(error.message, /UNAVAILABLE: Neo4j .*KM_NEO4J_URI/),
    );

    await server.start();
    assert.equal(await served(), before);
    await comesTo(readyz, 200);
    await comesTo(graphHealth, serving);
    assert.is(await nodeNamed(clients, known), "way7of3round1");
    await ingest(clients);
    assert.is(await unfinished(), 0);
    assert.is(await nodeNamed(clients, known.replace("round1", "round2")), "way7of3round2");
    const { stdout } = await gateway.stop();
    const failed = stdout
      .split("\n")
      .filter((line) => line.includes("ingest failed; the generation before it is served"));
    assert.is(failed.length, 1);
    assert.match(failed.join(), run?.runId ?? "?");
  });

  test("back before a run has given up: the run completes; all equals a build from nothing", async () => {
    // More than the server takes to start on a machine that is busy.
    await gateway.stop();
    gateway = await start("5m");
    const clients = gateway.clients();
    write(3);
    repo.commit("round 3");
    const runId = await killedInMidRun(clients);
    await server.start();
    const run = await lastOf(clients, runId);
    assert.is(run?.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED, run?.error?.message);
    assert.is(await unfinished(), 0);
    const mended = await served();
    await gateway.stop();
    await driver.executeQuery("MATCH (n) WHERE NOT n:KmMigration DETACH DELETE n");
    gateway = await start("20s");
    await ingest(gateway.clients());
    assert.equal(await served(), mended);
  });
}

test.run();
