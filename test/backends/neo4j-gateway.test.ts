import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AuditKind, AuditOutcome } from "../../gen/knowledge/v1/audit_service.ts";
import { readLifecycle } from "../../src/cli/read-lifecycle.ts";
import {
  type GatewayProcess,
  ingest,
  launchGateway,
  runCommand,
  startGatewayProcess,
  temporaryFolder,
} from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { type Neo4jServer, neo4jMissing, startNeo4j } from "../support/neo4j-server.ts";

const test = suite("the gateway on a real Neo4j");
const missing = neo4jMissing();

if (missing !== "") {
  test(`LEFT OUT: ${missing}`, () => console.error(`LEFT OUT: the gateway on a real Neo4j (${missing})`));
} else {
  let server: Neo4jServer;
  const maintainer = "a-maintainer-of-the-harbour-0123456789abcdef";
  const reader = "a-reader-of-the-harbour-0123456789abcdefghij";
  const repo = makeRepo({
    "docs/tide.md": "# Tide\n\nSee `tideHeight`.\n",
    "src/tide.test.ts": 'import { tideHeight } from "./tide.ts";\n\nexport const high = tideHeight(6);\n',
    "src/tide.ts": "export function tideHeight(hour: number) {\n  return hour / 12;\n}\n",
    "src/dock.ts":
      'import { tideHeight } from "./tide.ts";\n\nexport function mayDock() {\n  return tideHeight(3) > 0.2;\n}\n',
  });
  test.before(async () => {
    server = await startNeo4j();
  });
  let gateway: GatewayProcess | undefined;
  test.after(async () => {
    await gateway?.stop();
    await server.stop();
    repo.remove();
  });
  const settings = () => ({
    KM_GRAPH_STORE: "neo4j",
    KM_NEO4J_URI: server.uri,
    KM_NEO4J_USER: server.user,
    KM_NEO4J_PASSWORD: server.password,
  });

  test("refuses a start with pending migrations, lists them dry, and takes them once", async () => {
    const place = { statePath: temporaryFolder(), sources: { harbour: repo.root }, env: settings() };
    const refused = await launchGateway(place).ended;
    assert.is.not(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /gateway graph migrate/);
    const listed = await runCommand(["graph", "migrate", "--dry-run"], place);
    assert.is(listed.code, 0, listed.stderr);
    assert.is(listed.stdout.trim().split("\n").length, 3);
    assert.is((await runCommand(["graph", "migrate"], place)).code, 0);
    const again = await runCommand(["graph", "migrate", "--dry-run"], place);
    assert.is(again.stdout, "");
  });

  /** A database that has just started plans each statement anew, on a busy machine for longer than a call has. */
  async function patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!/DEADLINE_EXCEEDED|UNAVAILABLE|CYPHER_|took longer|run already/.test(String(error))) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  const refusal = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => assert.unreachable("it was answered") as never,
      (error: Error) => error.message,
    );

  test("ingests, searches, tells what a change reaches and what has grown old", async () => {
    gateway = await startGatewayProcess({
      sources: { harbour: repo.root },
      env: {
        ...settings(),
        KM_READER_TOKEN: reader,
        KM_ADMIN_TOKEN: maintainer,
        KM_GRAPH_CYPHER: "on",
        KM_GRAPH_CYPHER_TIMEOUT: "3s",
        KM_GRAPH_CYPHER_ALLOW: "db.labels",
      },
    });
    await ingest(gateway.clients(maintainer));
    const clients = gateway.clients(reader);
    const { hits } = await clients.search.search({ query: "tideHeight" });
    assert.ok(hits.some(({ artifact }) => artifact?.path === "src/tide.ts"));
    const reached = await patiently(() =>
      clients.graph.analyzeImpact({
        target: { $case: "nodeId", value: "symbol:harbour/src/tide.ts#tideHeight" },
        maxDepth: 3,
      }),
    );
    const ids = reached.dependents.map(({ node }) => node?.nodeId);
    assert.ok(ids.includes("symbol:harbour/src/dock.ts#mayDock"), ids.join());
    const report = await readLifecycle(gateway.clients(maintainer), "harbour", 50, AbortSignal.timeout(600_000));
    assert.ok(report.orphanNodeIds.includes("symbol:harbour/src/dock.ts#mayDock"), report.orphanNodeIds.join());
    assert.equal(report.staleDocs, []);
  });

  test("Cypher of one's own, from the wire to the ledger: what reads runs, writes and what is not let through don't", async () => {
    const clients = gateway!.clients(maintainer);
    const ask = (query: string, parametersJson = "", limit = 0) =>
      clients.graph.queryCypher({ query, parametersJson, limit });
    const named = "MATCH (s:KmSource {name: $name}) RETURN s.name AS name";
    const answer = await patiently(() => ask(named, '{"name": "harbour"}'));
    assert.equal([answer.columns, answer.rowsJson, answer.truncated], [["name"], ['["harbour"]'], false]);
    const labels = "CALL db.labels() YIELD label RETURN label";
    assert.ok((await patiently(() => ask(labels))).rowsJson.includes('["KmSource"]'));
    const counted = "MATCH (n) RETURN count(n) AS nodes";
    const before = (await patiently(() => ask(counted))).rowsJson;

    const evil = "MATCH (n) DETACH DELETE n";
    assert.match(await refusal(ask(evil)), /INVALID_ARGUMENT: query: DE/);
    assert.match(await refusal(ask("CREATE (n:Evil)")), /INVALID_ARGUMENT: query: must begin with MATCH/);
    assert.match(await refusal(ask("CALL dbms.listConfig()")), /INVALID_ARGUMENT.*KM_GRAPH_CYPHER_ALLOW does not name/);
    assert.match(await refusal(ask("MATCH (n) CALL { SET n.x = 1 } RETURN n")), /INVALID_ARGUMENT.*refused/);
    assert.match(await refusal(ask('LOAD CSV FROM "file:///x" AS x RETURN x')), /INVALID_ARGUMENT/);
    assert.equal((await patiently(() => ask(counted))).rowsJson, before);

    const rows = await patiently(() => ask("UNWIND range(1, 100000) AS x RETURN x", "", 7));
    assert.equal([rows.rowsJson.length, rows.truncated], [7, true]);
    assert.match(await refusal(ask(`RETURN ${"1 + ".repeat(5_000)} 1`)), /INVALID_ARGUMENT.*longer than 10000/);
    assert.match(await refusal(ask("RETURN 1", "[1]")), /INVALID_ARGUMENT: parameters_json/);
    assert.match(await refusal(ask("RETURN 1", "", 1_001)), /INVALID_ARGUMENT: limit/);
    const long = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)";
    assert.match(await refusal(ask(long)), /DEADLINE_EXCEEDED: the statement took longer than 3 s/);

    for (const [token, status] of [
      [reader, "PERMISSION_DENIED"],
      [undefined, "UNAUTHENTICATED"],
    ] as const)
      assert.match(await refusal(gateway!.clients(token).graph.queryCypher({ query: named })), status);

    const { entries } = await clients.audit.listEntries({
      kinds: [AuditKind.AUDIT_KIND_CYPHER_QUERY],
      outcomes: [AuditOutcome.AUDIT_OUTCOME_STARTED],
      pageSize: 500,
    });
    const statements = entries.flatMap(({ details }) => details["statement"] ?? []);
    for (const one of [named, evil, long]) assert.ok(statements.includes(one), one);
    assert.not.match(JSON.stringify(entries.map(({ details }) => details["parameters"])), "harbour");
  });
}

test.run();
