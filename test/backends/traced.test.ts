import { Metadata } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type EmbeddingsServer, startEmbeddingsServer } from "../support/embeddings-server.ts";
import { type GatewayProcess, ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { type CollectedSpan, startCollector } from "../support/otlp-collector.ts";
import { officialCheck, type QdrantServer, startQdrantServer } from "../support/qdrant-server/mod.ts";

const check = officialCheck();
const test = suite("traces reach the backends");
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const dimensions = 16;

interface World {
  readonly gateway: GatewayProcess;
  readonly qdrant: QdrantServer;
  readonly embedder: EmbeddingsServer;
  readonly reranker: EmbeddingsServer;
  /** What the three servers were told of traces from now on, by server. */
  heard(): () => Readonly<Record<string, readonly (string | undefined)[]>>;
}

/** The real program on servers of ours; the reranker answers nothing, which a search does without. */
async function during(more: Record<string, string>, work: (world: World) => Promise<void>): Promise<void> {
  const [qdrant, embedder, reranker] = await Promise.all([
    startQdrantServer({ check }),
    startEmbeddingsServer(dimensions),
    startEmbeddingsServer(dimensions),
  ]);
  reranker.always((_, response) => void response.writeHead(503).end());
  const repo = makeRepo({ "a.md": "# Lighthouse\n\nIt turns at night.\n", "b.md": "# Harbour\n\nThe lighthouse's.\n" });
  const env = {
    KM_CHUNK_INDEX: "qdrant",
    KM_QDRANT_URL: qdrant.url,
    KM_EMBEDDER: "http",
    KM_EMBEDDER_URL: embedder.url,
    KM_EMBEDDER_MODEL: "small",
    KM_EMBEDDER_DIMENSIONS: String(dimensions),
    KM_RERANK: "http",
    KM_RERANK_URL: reranker.url,
    ...more,
  };
  const gateway = await startGatewayProcess({ sources: { docs: repo.root }, env });
  const servers = { qdrant: qdrant.exchanges, embedder: embedder.asked, reranker: reranker.asked };
  const heard = () => {
    const before = Object.entries(servers).map(([name, all]) => ({ name, all, from: all.length }));
    const since = (all: readonly { traceparent: string | undefined }[], from: number) =>
      all.slice(from).map(({ traceparent }) => traceparent);
    return () => Object.fromEntries(before.map(({ name, all, from }) => [name, since(all, from)]));
  };
  try {
    await work({ gateway, qdrant, embedder, reranker, heard });
    assert.equal(qdrant.violations, []);
  } finally {
    await gateway.stop();
    await Promise.all([qdrant.close(), embedder.close(), reranker.close()]);
    repo.remove();
  }
}

test("each request to a backend names the span it is sent for, and its time is a span of the same trace", async () => {
  const collector = await startCollector();
  let ofSearch: Readonly<Record<string, readonly (string | undefined)[]>> = {};
  let ofIngest = ofSearch;
  await during({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }, async ({ gateway, heard }) => {
    const whileIngested = heard();
    await ingest(gateway.clients());
    ofIngest = whileIngested();
    const whileSearched = heard();
    const metadata = Metadata({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    await gateway.clients().search.search({ query: "lighthouse" }, { metadata });
    ofSearch = whileSearched();
  });
  await collector.close();
  const one = (name: string) => collector.spans.find((span) => span.name === name);
  const below = (span: CollectedSpan | undefined) =>
    collector.spans.filter(({ parentSpanId }) => parentSpanId === span?.spanId).map(({ name }) => name);

  const call = one("knowledge.v1.SearchService/Search");
  assert.is(call?.traceId, traceId);
  for (const [server, said] of Object.entries(ofSearch)) {
    assert.ok(said.includes(`00-${traceId}-${call?.spanId}-01`), `${server} heard ${said.join(", ")}`);
  }
  for (const name of ["embedder embed", "embedder rerank", "qdrant query"]) {
    assert.ok(below(call).includes(name), `${name} is not of ${below(call).join(", ")}`);
  }
  const run = one("ingest run");
  const sent = `00-${run?.traceId}-${run?.spanId}-01`;
  assert.ok(ofIngest["embedder"]?.includes(sent), `the embedder heard ${ofIngest["embedder"]?.join(", ")}`);
  assert.ok(ofIngest["qdrant"]?.includes(sent), `Qdrant heard ${ofIngest["qdrant"]?.join(", ")}`);
  assert.ok(below(run).includes("embedder embed") && below(run).includes("qdrant update"), below(run).join(", "));
});

test("without tracing no backend hears of a trace, although the caller names one", async () => {
  await during({}, async ({ gateway, heard }) => {
    const all = heard();
    await ingest(gateway.clients());
    const metadata = Metadata({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    await gateway.clients().search.search({ query: "lighthouse" }, { metadata });
    for (const [server, said] of Object.entries(all())) {
      assert.ok(said.length > 0, `${server} was asked`);
      assert.equal([...new Set(said)], [undefined], server);
    }
  });
});

test.run();
