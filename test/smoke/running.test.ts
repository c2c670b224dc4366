import { relative } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { haveOpenssl, makeAuthority } from "../support/certificates.ts";
import { type GatewayProcess, ingest, runCommand, startGatewayProcess } from "../support/gateway-process.ts";
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
  const wrong = [["--adress", "x"], ["--address"], ["--metrics", "127.0.0.1:1"], ["--tls"], ["--ca", "ca.crt"]];
  for (const args of wrong) {
    const { code, said } = await smoke(args);
    assert.is(code, 2, said);
    assert.match(said, "--address HOST:PORT");
  }
});

if (!haveOpenssl()) {
  console.log("SKIPPED: no openssl to make certificates with");
  test.skip("no openssl to make certificates with", () => {});
} else {
  test("a gateway with TLS passes with its authority and a certificate, and not without; its metrics by their token", async () => {
    const authority = makeAuthority();
    const { cert, key } = authority.issue("gateway");
    const caller = authority.issue("caller");
    const metricsToken = "prometheus-0123456789abcdefghijklmnopqrstuvw";
    const served = await startGatewayProcess({
      sources: { harbour: repo.root },
      env: {
        ...tokens,
        KM_TLS_CERT_FILE: cert,
        KM_TLS_KEY_FILE: key,
        KM_TLS_CLIENT_CA_FILE: authority.cert,
        KM_METRICS_TOKEN: metricsToken,
      },
    });
    try {
      // A file may be named from where the script is called.
      const ca = ["--ca", relative(process.cwd(), authority.cert)];
      const own = ["--cert", caller.cert, "--key", caller.key];
      const there = ["--address", served.address, "--question", "what do ships wait for"];
      const build = ["--address", served.address, "--ca", authority.cert, ...own, "rebuild"];
      const built = await runCommand(build, { env: { KM_TOKEN: admin } }, "gateway-ingest");
      assert.is(built.code, 0, built.stderr);

      const env = { ...tokens, KM_METRICS_TOKEN: metricsToken };
      const { code, said } = await smoke([...there, ...ca, ...own, "--metrics", served.metricsAddress], env);
      assert.is(code, 0, said);
      assert.match(said, "smoke: passed");

      for (const flags of [[], ["--tls", ...own], ca]) {
        const refused = await smoke([...there, ...flags], { ...tokens, KM_SMOKE_WAIT: "1" });
        assert.match(refused.said, "smoke: FAILED at: health is SERVING for the server and each service\n");
      }
    } finally {
      await served.stop();
      authority.remove();
    }
  });
}

test.run();
