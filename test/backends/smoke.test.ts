import { suite } from "uvu";
import * as assert from "uvu/assert";
import { neo4jMissing } from "../support/neo4j-server.ts";
import { startQdrantServer } from "../support/qdrant-server/mod.ts";
import { redisBinary } from "../support/redis-server.ts";
import { runSmoke } from "../support/run-smoke.ts";

const test = suite("the smoke test with backends");
const missing = neo4jMissing();

if (missing !== "") {
  test(`LEFT OUT: ${missing}`, () => console.error(`LEFT OUT: the smoke test with backends (${missing})`));
} else {
  test("passes on a real Neo4j, a real Redis where there is one, and Qdrant's contract server, and ends them", async () => {
    const qdrant = await startQdrantServer({ apiKey: "a-key-of-the-smoke-test" });
    const settings = { KM_QDRANT_URL: qdrant.url, KM_QDRANT_API_KEY: "a-key-of-the-smoke-test" };
    const { code, said } = await runSmoke(["--backends"], settings);
    assert.is(code, 0, said);
    for (const step of ["start the backends", "a graph without its schema is refused", "the graph knows what is there"])
      assert.match(said, `smoke: ${step}`);
    assert.is(said.includes("no redis-server at hand"), redisBinary() === undefined);
    assert.not.match(said, "the index is the embedded one");
    assert.ok(qdrant.exchanges.some(({ path }) => path.includes("smoke_")));
    await qdrant.close();
  });
}

test("backends of a gateway that runs are not ours to start", async () => {
  assert.is((await runSmoke(["--backends", "--address", "127.0.0.1:1"])).code, 2);
});

test.run();
