import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ClientError, Metadata } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchMode } from "../../gen/knowledge/v1/search_service.ts";
import { runCommand, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { startCollector } from "../support/otlp-collector.ts";

// Of the twenty checks: 7.

/** Check 7, beside the secrets of sources (test/e2e/canary.test.ts): those of the configuration and of callers. */
const test = suite("the gateway's own secrets come out nowhere");

const secret = (name: string) => `canary-${name}-${"q7Rz2mXw9LkP4vTn8HsJ3bYc6GdF1aQeU5oWt".slice(name.length)}`;
const reader = secret("reader");
const admin = secret("admin");
const metrics = secret("metrics");
const redis = secret("redis");
const embedder = secret("embedder");
const rerank = secret("rerank");
const wrong = secret("wrong");
const noted = secret("noted");
const canaries = [reader, admin, metrics, redis, embedder, rerank, wrong, noted];

/** Nothing listens there: every driver fails, with an error of its own that may tell what it was given. */
const nowhere = "127.0.0.1:1";

function assertClean(text: string, where: string): void {
  for (const canary of canaries) {
    assert.not.ok(text.includes(canary.slice(7)), `${where} holds ${canary.slice(0, 14)}…`);
    assert.not.ok(text.includes(btoa(canary).slice(12, 40)), `${where} holds ${canary.slice(0, 14)}… in base64`);
  }
}

test("not in logs, standard error, metrics, spans, the ledger, errors, the printed configuration, or the disk", async () => {
  const collector = await startCollector();
  const repo = makeRepo({ "a.md": "# Lighthouse\n\nIt turns at night.\n" });
  const statePath = temporaryFolder();
  const place = {
    statePath,
    sources: { docs: repo.root },
    env: {
      KM_LOG_LEVEL: "debug",
      KM_READER_TOKEN: reader,
      KM_ADMIN_TOKEN: admin,
      KM_METRICS_TOKEN: metrics,
      KM_REDIS_URL: `redis://user:${redis}@${nowhere}`,
      KM_EMBEDDER: "http",
      KM_EMBEDDER_URL: `http://${nowhere}/v1/embeddings`,
      KM_EMBEDDER_MODEL: "none",
      KM_EMBEDDER_DIMENSIONS: "16",
      KM_EMBEDDER_API_KEY: embedder,
      KM_RERANK: "http",
      KM_RERANK_URL: `http://${nowhere}/rerank`,
      KM_RERANK_API_KEY: rerank,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    },
  };
  const gateway = await startGatewayProcess(place);
  let errors = 0;
  const refused = async (work: Promise<unknown>, where: string) => {
    try {
      return await work;
    } catch (error) {
      errors += 1;
      const { message, details } = error as ClientError;
      assertClean(`${message} ${details} ${JSON.stringify(error)}`, where);
      return undefined;
    }
  };
  try {
    const known = gateway.clients(admin);
    const stranger = gateway.clients(wrong);
    const metadata = Metadata({ "x-note": noted, "x-request-id": `${noted} with spaces`, cookie: noted });
    await refused(stranger.search.search({ query: "lighthouse" }, { metadata }), "a stranger's refusal");
    await refused(gateway.clients(reader).ingest.startIngest({}, { metadata }), "a reader's refusal");
    const run = (await known.ingest.startIngest({})).runs[0]?.runId ?? "";
    for await (const { progress } of known.ingest.watchIngest({ runId: run })) {
      assertClean(JSON.stringify(progress?.run ?? {}), "the run, whose embedder is away");
    }
    for (const mode of [SearchMode.SEARCH_MODE_HYBRID, SearchMode.SEARCH_MODE_LEXICAL, SearchMode.SEARCH_MODE_SEMANTIC])
      await refused(known.search.search({ query: "lighthouse", mode }, { metadata }), "a search");
    await refused(known.search.search({ query: "", pageSize: -1 }, { metadata }), "a wrong request");
    await refused(known.search.search({ query: "lighthouse", pageToken: noted }, { metadata }), "a wrong page token");
    assert.ok(errors >= 3, `${errors} errors were looked at`);
    assertClean(JSON.stringify(await known.audit.listEntries({ pageSize: 500 })), "the ledger");
    const pages = ["/metrics", "/readyz", "/livez"].map(async (path) => {
      const reply = await fetch(`http://${gateway.metricsAddress}${path}`, {
        headers: { authorization: `Bearer ${metrics}` },
      });
      assertClean(await reply.text(), path);
    });
    await Promise.all(pages);
    const printed = await runCommand(["config"], place);
    assert.is(printed.code, 0, printed.stderr);
    assert.match(printed.stdout, "[secret]");
    assertClean(printed.stdout + printed.stderr, "gateway config");
  } finally {
    const { stdout, stderr } = await gateway.stop();
    await collector.close();
    repo.remove();
    assertClean(stdout, "the log");
    assertClean(stderr, "standard error");
  }
  assert.ok(collector.spans.length > 0);
  const spans = collector.spans.map((span) => [span.name, ...span.attributes]);
  assertClean(JSON.stringify(spans), "the spans");
  for (const name of readdirSync(statePath, { recursive: true, encoding: "utf8" })) {
    const file = join(statePath, name);
    if (statSync(file).isFile()) assertClean(readFileSync(file, "latin1"), `the state directory's ${name}`);
  }
});

test.run();
