import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ingest, runCommand, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { startCollector } from "../support/otlp-collector.ts";

// Of the twenty checks: 7.

const test = suite("a planted secret comes out nowhere");

/** Put together here, so that neither a scanner nor the rules take this file for a leak. */
const random = "q7Rz2mXw9LkP4vTn8HsJ3bYc6GdF1aQeU5oWtKxVi0ZyBrNpMhEgSuDjClAfIO";
const inCode = `ghp_${random.slice(0, 36)}`;
const inEnv = `canaryenv${random.slice(20, 44)}`;
const inKey = `canarykey${random.slice(5, 55)}`;
const inHistory = `sk_live_${random.slice(10, 40)}`;
const inOwnFile = `canaryown${random.slice(30, 50)}`;
const canaries = [inCode, inEnv, inKey, inHistory, inOwnFile];

const begin = "-----BEGIN RSA PRIVATE KEY-----";
const files = {
  "src/deploy.ts": `/** Deploys the harbour. */\nexport function deployHarbour() {\n  const token = "${inCode}";\n  return token;\n}\n`,
  ".env": `HARBOUR_PASSWORD=${inEnv}\n`,
  "keys/harbour.pem": `${begin}\n${inKey}\n${inKey}\n-----END RSA PRIVATE KEY-----\n`,
  "docs/harbour.md": `# Harbour\n\nThe key that the harbour had:\n\n${begin}\n${inKey}${inKey}\n-----END RSA PRIVATE KEY-----\n\nIt is deployed by hand.\n`,
  "src/old.ts": `export const harbourKey = "${inHistory}";\n`,
  "ops/harbour.vault": `harbour: ${inOwnFile}\n`,
};

function assertClean(text: string, where: string): void {
  for (const canary of canaries) {
    // Half of one is a leak too.
    assert.not.ok(text.includes(canary.slice(0, 24)), `${where} holds ${canary.slice(0, 12)}…`);
    assert.not.ok(text.includes(canary.slice(-16)), `${where} holds the end of ${canary.slice(0, 12)}…`);
  }
}

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test("not from searches, artifacts, coverage, logs, metrics, traces, the ledger, errors, exports, or the disk", async () => {
  const repo = makeRepo(files);
  // A secret that stood in a file, and whose commit names it, is gone with the change.
  repo.write("src/old.ts", "export const harbourKey = readKey();\n");
  repo.commit("the key is read");
  const statePath = temporaryFolder();
  const collector = await startCollector();
  const place = {
    statePath,
    sources: { harbour: repo.root },
    env: {
      KM_LOG_LEVEL: "debug",
      KM_SECRET_PATHS_EXTRA: "**/*.vault",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    },
  };
  const gateway = await startGatewayProcess(place);
  const clients = gateway.clients();
  try {
    await ingest(clients);

    const questions = ["deploy harbour token", "harbour private key", "HARBOUR_PASSWORD", ...canaries];
    for (const query of questions) {
      const found = await clients.search.search({ query, pageSize: 50, explain: true });
      // What was asked is the asker's own; what was found is ours.
      assertClean(JSON.stringify(found.hits), `the hits for ${query.slice(0, 20)}`);
      for (const { artifact } of found.hits) {
        const whole = await clients.search.getArtifact({ source: "harbour", path: artifact?.path ?? "" });
        assertClean(JSON.stringify(whole), `GetArtifact of ${artifact?.path}`);
      }
    }
    const about = await clients.search.search({ query: "deployHarbour", pageSize: 10 });
    assert.ok(
      about.hits.some(({ artifact }) => artifact?.path === "src/deploy.ts"),
      "the file around it is found",
    );

    for (const path of [".env", "keys/harbour.pem", "ops/harbour.vault"]) {
      let said = "";
      try {
        said = JSON.stringify(await clients.search.getArtifact({ source: "harbour", path }));
      } catch (error) {
        said = String(error);
      }
      assertClean(said, `GetArtifact of ${path}`);
    }

    const coverage = await clients.ingest.getCoverage({ source: "harbour", pageSize: 1_000 });
    assertClean(JSON.stringify(coverage), "GetCoverage");
    const classOf = new Map(coverage.entries.map((entry) => [entry.path, `${entry.coverageClass} ${entry.reason}`]));
    assert.is(classOf.get(".env"), "3 SECRET");
    assert.is(classOf.get("keys/harbour.pem"), "3 SECRET");
    assert.is(classOf.get("ops/harbour.vault"), "3 SECRET");
    assert.is(classOf.get("src/deploy.ts"), "2 SECRET");
    assert.is(classOf.get("docs/harbour.md"), "2 SECRET");
    const leaking = coverage.entries.find(({ path }) => path === "src/deploy.ts");
    assert.equal(leaking?.notIndexed, [{ start: 3, end: 3 }]);

    assertClean(JSON.stringify(await clients.audit.listEntries({ pageSize: 500 })), "the ledger");
    assertClean(await gateway.metrics(), "the metrics");
    for (const format of ["json", "csv", "html"]) {
      const args = ["coverage", "export", "--format", format, "--address", gateway.address];
      const { code, stdout, stderr } = await runCommand(args, place);
      assert.is(code, 0, stderr);
      assert.ok(stdout.includes("src/deploy.ts"));
      assertClean(stdout + stderr, `the export as ${format}`);
    }
  } finally {
    const { stdout, stderr } = await gateway.stop();
    assertClean(stdout, "the log");
    assertClean(stderr, "standard error");
    await collector.close();
    repo.remove();
  }
  const told = new Set(collector.spans.map(({ name }) => name));
  assert.ok(told.has("ingest run") && told.has("knowledge.v1.SearchService/Search"), [...told].join(", "));
  assertClean(collector.bodies.join("\n"), "the traces");
  for (const file of everyFile(statePath)) assertClean(readFileSync(file, "latin1"), `the state directory's ${file}`);
});

test.run();
