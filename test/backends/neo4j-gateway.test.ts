import { suite } from "uvu";
import * as assert from "uvu/assert";
import { launchGateway, runCommand, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { type Neo4jServer, neo4jMissing, startNeo4j } from "../support/neo4j-server.ts";

const test = suite("the gateway on a real Neo4j");
const missing = neo4jMissing();

if (missing !== "") {
  test(`LEFT OUT: ${missing}`, () => console.error(`LEFT OUT: the gateway on a real Neo4j (${missing})`));
} else {
  let server: Neo4jServer;
  const repo = makeRepo({
    "src/tide.ts": "export function tideHeight(hour: number) {\n  return hour / 12;\n}\n",
    "src/dock.ts":
      'import { tideHeight } from "./tide.ts";\n\nexport function mayDock() {\n  return tideHeight(3) > 0.2;\n}\n',
  });
  test.before(async () => {
    server = await startNeo4j();
  });
  test.after(async () => {
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
}

test.run();
