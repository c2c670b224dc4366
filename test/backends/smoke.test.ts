import { spawn } from "node:child_process";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { gatewayCommand } from "../support/gateway-process.ts";
import { neo4jMissing } from "../support/neo4j-server.ts";
import { startQdrantServer } from "../support/qdrant-server/mod.ts";
import { redisBinary } from "../support/redis-server.ts";

const test = suite("the smoke test with backends");
const missing = neo4jMissing();

function smoke(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(projectFile("infra/smoke-test.sh"), args, {
    env: {
      ...process.env,
      GATEWAY: gatewayCommand().join(" "),
      GATEWAY_INGEST: gatewayCommand("gateway-ingest").join(" "),
      KM_SMOKE_BUILT: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
  }
  return new Promise<{ code: number | null; said: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, said }));
  });
}

if (missing !== "") {
  test(`LEFT OUT: ${missing}`, () => console.error(`LEFT OUT: the smoke test with backends (${missing})`));
} else {
  test("passes on a real Neo4j, a real Redis where there is one, and Qdrant's contract server, and ends them", async () => {
    const qdrant = await startQdrantServer({ apiKey: "a-key-of-the-smoke-test" });
    const settings = { KM_QDRANT_URL: qdrant.url, KM_QDRANT_API_KEY: "a-key-of-the-smoke-test" };
    const { code, said } = await smoke(["--backends"], settings);
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
  assert.is((await smoke(["--backends", "--address", "127.0.0.1:1"])).code, 2);
});

test.run();
