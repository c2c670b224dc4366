import neo4j from "neo4j-driver";
import { suite } from "uvu";
import { openNeo4jGraph } from "../../src/adapters/neo4j/mod.ts";
import { graphStoreContract } from "../contract/graph-store.ts";
import { Recorder } from "../support/edge-harness.ts";
import { type Neo4jServer, neo4jMissing, startNeo4j } from "../support/neo4j-server.ts";

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

if (missing === "") {
  graphStoreContract("Neo4j", async () => {
    const at = await server();
    await empty(at);
    const { uri, user, password } = at;
    return openNeo4jGraph({
      uri,
      user,
      password,
      database: "",
      autoMigrate: true,
      retryMs: 20_000,
      meter: new Recorder().meter,
    });
  });
}

const end = suite("the server of the graph contract");
end("stops in good order", async () => {
  for (const each of servers.splice(0)) await each.stop();
});
end.run();
