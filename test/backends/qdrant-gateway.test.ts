import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createChannel, createClient } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HealthDefinition, HealthCheckResponse_ServingStatus as Serving } from "../../gen/grpc/health/v1/health.ts";
import { IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchView } from "../../gen/knowledge/v1/search_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import { ingest, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { officialCheck, type QdrantServer, startQdrantServer, testIndex } from "../support/qdrant-server/mod.ts";

const check = officialCheck();
const test = suite("the gateway on Qdrant");
const key = "a-key-that-only-the-server-knows";
const repo = makeRepo({
  "src/tide.ts":
    "/** The height of the tide at an hour. */\nexport function tideHeight(hour: number) {\n  return hour / 12;\n}\n",
  "docs/harbour.md": "# Harbour\n\nThe harbour master is called Quillfeather.\n",
});
test.after(() => repo.remove());

function place(server: QdrantServer, statePath = temporaryFolder()) {
  const env = {
    KM_CHUNK_INDEX: "qdrant",
    KM_QDRANT_URL: server.url,
    KM_QDRANT_API_KEY: key,
    KM_QDRANT_PREFIX: "harbour",
  };
  return { statePath, sources: { harbour: repo.root }, env };
}

async function found(clients: Clients, query: string): Promise<string> {
  const { hits } = await clients.search.search({ query, view: SearchView.SEARCH_VIEW_FULL, pageSize: 50 });
  return hits.map((hit) => hit.content).join("\n");
}

/** How a run that is expected to fail ended. */
async function failed(clients: Clients) {
  const { runs } = await clients.ingest.startIngest({});
  let state: IngestRunState | undefined;
  for await (const { progress } of clients.ingest.watchIngest({ runId: runs[0]?.runId ?? "" })) {
    state = progress?.run?.state ?? state;
  }
  return state;
}

test("an ingest, a search, an edit, an ingest, and the old text is gone; a restart finds what was indexed", async () => {
  const server = await startQdrantServer({ check, apiKey: key });
  const where = place(server);
  const gateway = await startGatewayProcess(where);
  const clients = gateway.clients();
  await ingest(clients);
  assert.match(await found(clients, "who is the harbour master"), "Quillfeather");
  assert.match(await found(clients, "tideHeight"), "tideHeight");
  repo.write("docs/harbour.md", "# Harbour\n\nThe harbour master is called Brambleworth.\n");
  await ingest(clients);
  assert.match(await found(clients, "who is the harbour master"), "Brambleworth");
  assert.not.match(await found(clients, "Quillfeather harbour master"), "Quillfeather");
  assert.is(await gateway.page("/readyz"), 200);
  assert.match(
    await gateway.metrics(),
    /km_backend_duration_seconds_count\{[^}]*backend="qdrant"[^}]*operation="query"/,
  );

  // A run that Qdrant fails in the middle of ends FAILED, and what was served is served on.
  repo.write("docs/harbour.md", "# Harbour\n\nThe harbour master is called Thistledown.\n");
  server.misbehave = ({ path }) => (path.endsWith("-catalogue/points/batch") ? { status: 400 } : undefined);
  assert.is(await failed(clients), IngestRunState.INGEST_RUN_STATE_FAILED);
  assert.match(await found(clients, "who is the harbour master"), "Brambleworth");
  server.misbehave = () => undefined;
  await ingest(clients);
  assert.match(await found(clients, "who is the harbour master"), "Thistledown");
  const { stdout, stderr } = await gateway.stop();
  assert.not.match(stdout + stderr, key);

  const again = await startGatewayProcess(where);
  assert.match(await found(again.clients(), "who is the harbour master"), "Thistledown");
  await again.stop();
  await server.close();
  assert.equal(server.violations, []);
});

/** The first status that is the wanted one, or the last before the stream ended. */
async function until(statuses: AsyncIterable<{ readonly status: Serving }>, wanted: Serving) {
  let last: Serving | undefined;
  for await (const { status } of statuses) {
    last = status;
    if (status === wanted) break;
  }
  return last;
}

test("without its server the gateway starts, is live, unready and says why; it is ready when the server is there", async () => {
  const gone = await startQdrantServer();
  await gone.close();
  const gateway = await startGatewayProcess(place(gone));
  const clients = gateway.clients();
  assert.is(await gateway.page("/livez"), 200);
  assert.is(await gateway.page("/readyz"), 503);
  const channel = createChannel(gateway.address);
  const search = createClient(HealthDefinition, channel).watch({ service: "knowledge.v1.SearchService" });
  assert.is(await until(search, Serving.NOT_SERVING), Serving.NOT_SERVING);
  // What doesn't need Qdrant is served, and so is the server as a whole.
  assert.is(await gateway.health("knowledge.v1.AuditService"), Serving.SERVING);
  assert.is(await gateway.health(), Serving.SERVING);
  const refused = await found(clients, "tide").then(
    () => "",
    (error: Error) => error.message,
  );
  assert.ok(refused === "" || refused.includes("UNAVAILABLE"), refused);
  const back = await startQdrantServer({ check, apiKey: key, port: gone.port });
  assert.is(await gateway.page("/readyz"), 200);
  const again = createClient(HealthDefinition, channel).watch({ service: "knowledge.v1.SearchService" });
  assert.is(await until(again, Serving.SERVING), Serving.SERVING);
  channel.close();
  await ingest(clients);
  assert.match(await found(clients, "tideHeight"), "tideHeight");
  const { stdout } = await gateway.stop();
  assert.match(stdout, "can't be reached");
  await back.close();
  assert.equal(back.violations, []);
});

/** A certificate of its own authority for 127.0.0.1. */
function certificate(): { readonly key: string; readonly cert: string; readonly file: string } {
  const folder = temporaryFolder();
  const [keyFile, file] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyFile, "-out", file],
      // Deno refuses an authority as a server's own certificate.
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ],
    { stdio: "ignore" },
  );
  return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(file, "utf8"), file };
}

test("TLS: a certificate that is not trusted is refused, one that the runtime is told to trust serves", async () => {
  const tls = certificate();
  const server = await startQdrantServer({ check, apiKey: key, tls });
  const untrusting = testIndex(server.url, { apiKey: key });
  assert.match(await untrusting.trouble(new AbortController().signal), "can't be reached");
  assert.is(server.exchanges.length, 0);
  await untrusting.close();
  const where = place(server);
  const trust = { NODE_EXTRA_CA_CERTS: tls.file, DENO_CERT: tls.file };
  const gateway = await startGatewayProcess({ ...where, env: { ...where.env, ...trust } });
  const clients = gateway.clients();
  await ingest(clients);
  assert.match(await found(clients, "tideHeight"), "tideHeight");
  await gateway.stop();
  await server.close();
  assert.equal(server.violations, []);
});

test.run();
