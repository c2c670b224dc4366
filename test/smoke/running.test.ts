import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type GatewayProcess, ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { runSmoke } from "../support/run-smoke.ts";

const test = suite("the smoke test of a running gateway");
const reader = "reader-0123456789abcdefghijklmnopqrstuvwxyz";
const admin = "maintainer-0123456789abcdefghijklmnopqrstuvwx";
const repo = makeRepo({ "docs/harbour.md": "# Harbour\n\nShips wait for the tide.\n" });
let gateway: GatewayProcess;
test.before(async () => {
  gateway = await startGatewayProcess({
    sources: { harbour: repo.root },
    env: { KM_READER_TOKEN: reader, KM_ADMIN_TOKEN: admin },
  });
});
test.after(async () => {
  await gateway.stop();
  repo.remove();
});

const smoke = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => runSmoke(args, { KM_SMOKE_WAIT: "5", ...env });

const tokens = { KM_READER_TOKEN: reader, KM_ADMIN_TOKEN: admin };
const here = () => ["--address", gateway.address, "--question", "what do ships wait for"];

test("an index with nothing in it does not pass", async () => {
  const { code, said } = await smoke(here(), tokens);
  assert.ok(code !== 0, said);
  assert.match(said, "smoke: FAILED at: a question is answered\n");
});

test("an indexed one passes, and nothing of it is changed", async () => {
  const clients = gateway.clients(admin);
  await ingest(clients);
  const [before] = (await clients.ingest.listSources({})).sources;
  const { code, said } = await smoke([...here(), "--metrics", gateway.metricsAddress], tokens);
  assert.is(code, 0, said);
  assert.match(said, "smoke: passed");
  for (const step of ["the coverage report adds up", "/metrics has the run's series", "the ledger verifies"]) {
    assert.match(said, `smoke: ${step}\n`);
  }
  const [after] = (await clients.ingest.listSources({})).sources;
  assert.equal(after?.revision, before?.revision);
});

test("tokens that are not its own, or that are exchanged, do not pass", async () => {
  const strange = await smoke(here(), { ...tokens, KM_ADMIN_TOKEN: `another-${admin}` });
  assert.ok(strange.code !== 0);
  assert.match(strange.said, "smoke: FAILED at: an ingest is planned\n");
  const exchanged = await smoke(here(), { KM_READER_TOKEN: admin, KM_ADMIN_TOKEN: reader });
  assert.match(exchanged.said, "smoke: FAILED at: an ingest with the reader's token is refused\n");
});

test("nobody at the address does not pass, and a wrong command line is refused", async () => {
  const nobody = await smoke(["--address", "127.0.0.1:1"], { ...tokens, KM_SMOKE_WAIT: "1" });
  assert.match(nobody.said, "smoke: FAILED at: health is SERVING for the server and each service\n");
  for (const args of [["--adress", "x"], ["--address"], ["--metrics", "127.0.0.1:1"]]) {
    const { code, said } = await smoke(args);
    assert.is(code, 2, said);
    assert.match(said, "--address HOST:PORT");
  }
});

test.run();
