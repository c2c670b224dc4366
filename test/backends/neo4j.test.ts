import neo4j from "neo4j-driver";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openNeo4jGraph } from "../../src/adapters/neo4j/mod.ts";
import type { GraphStore } from "../../src/ports/mod.ts";
import { at, never, symbolIn, writeGraph } from "../contract/graph-corpus.ts";
import { graphStoreContract } from "../contract/graph-store.ts";
import { faultOf } from "../contract/sample-run.ts";
import { Recorder } from "../support/edge-harness.ts";
import { type Neo4jServer, neo4jMissing, startNeo4j } from "../support/neo4j-server.ts";

// Of the twenty checks: 16, 19.

const missing = neo4jMissing();
if (missing !== "") console.error(`LEFT OUT: the graph on a real Neo4j (${missing})`);

const servers: Neo4jServer[] = [];
/** One server for the whole contract. */
async function server(): Promise<Neo4jServer> {
  servers[0] ??= await startNeo4j();
  return servers[0];
}

async function empty({ uri, user, password }: Neo4jServer): Promise<void> {
  const driver = neo4j.driver(uri, neo4j.auth.basic(user, password));
  await driver.executeQuery("MATCH (n) WHERE NOT n:KmMigration DETACH DELETE n");
  await driver.close();
}

function open({ uri, user, password }: Neo4jServer): GraphStore {
  const meter = new Recorder().meter;
  return openNeo4jGraph({ uri, user, password, database: "", autoMigrate: true, retryMs: 20_000, meter });
}

if (missing === "") {
  graphStoreContract("Neo4j", async () => {
    const at = await server();
    await empty(at);
    return open(at);
  });

  const test = suite("two gateways on one Neo4j");
  test("one that was left behind writes no more, and takes back nothing of what the other serves", async () => {
    const where = await server();
    await empty(where);
    const [left, other] = [open(where), open(where)];
    const run = (name: string) => ({ nodes: [symbolIn("a", "a.ts", name)] });
    await writeGraph(left, "a", 0, 1, { "a.ts": run("first") });
    const late = await left.begin("a", 1, 2, never);
    await late.put("a.ts", { ...run("late"), edges: [] }, never);
    await writeGraph(other, "a", 1, 3, { "a.ts": run("other") });
    assert.is(await faultOf(() => late.commit(never)), "conflict LEASE_LOST");
    await late.abort();
    const ids = ["first", "late", "other"].map((name) => symbolIn("a", "a.ts", name).nodeId);
    const found = await other.nodes(at("a", 3), ids, never);
    assert.equal(
      found.map(({ name }) => name),
      ["other"],
    );
    // Nor does one that was paused before it began undo what came after it.
    assert.is(await faultOf(() => left.begin("a", 1, 2, never)), "conflict LEASE_LOST");
    assert.is((await other.nodes(at("a", 3), ids, never)).length, 1);
    for (const store of [left, other]) await store.close();
  });
  test.run();
}

const end = suite("the server of the graph contract");
end("stops in good order", async () => {
  for (const each of servers.splice(0)) await each.stop();
});
end.run();
