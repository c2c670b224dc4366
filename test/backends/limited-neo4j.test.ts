import { suite } from "uvu";
import { limitedViews } from "../support/limited-views.ts";
import { type Neo4jServer, neo4jMissing, startNeo4j } from "../support/neo4j-server.ts";
import { useSeed } from "../support/use-seed.ts";

const test = suite("a token limited to sources, on a real Neo4j");
const missing = neo4jMissing();

if (missing !== "") {
  test(`LEFT OUT: ${missing}`, () => console.error(`LEFT OUT: limited tokens on a real Neo4j (${missing})`));
} else {
  useSeed();
  let server: Neo4jServer;
  test.before(async () => {
    server = await startNeo4j();
  });
  test.after(() => server.stop());
  // The gateway with all sources has its graph there. Those with a part of them have theirs embedded: one database holds
  // one gateway's graph, and the two stores say the same of the same files.
  const settings = () => ({
    KM_GRAPH_STORE: "neo4j",
    KM_GRAPH_AUTO_MIGRATE: "true",
    KM_NEO4J_URI: server.uri,
    KM_NEO4J_USER: server.user,
    KM_NEO4J_PASSWORD: server.password,
  });
  limitedViews(test, (name) => (name === "whole" ? settings() : {}), 20);
}
test.run();
