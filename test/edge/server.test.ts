import { type ClientError, Metadata, Status } from "nice-grpc";
import { register } from "prom-client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../src/domain/mod.ts";
import { loadPolicies } from "../../src/edge/mod.ts";
import { adminToken, metadata, readerToken, startEdge } from "../support/edge-harness.ts";

const test = suite("edge: a call");

test("a reader's search is answered, with its request id and rate limits in the header", async () => {
  const edge = await startEdge({ search: { search: async () => ({ searchRequestId: "s1" }) } });
  try {
    let header = Metadata();
    const answer = await edge.search().search(
      { query: "x" },
      {
        metadata: metadata(readerToken, { "x-request-id": "my-id-1" }),
        onHeader: (received) => {
          header = received;
        },
      },
    );
    assert.is(answer.searchRequestId, "s1");
    assert.is(header.get("x-request-id"), "my-id-1");
    assert.is(header.get("x-ratelimit-limit"), "100000");
    assert.is(header.get("x-ratelimit-remaining"), "99999");
    assert.is(header.get("x-ratelimit-reset"), "60");
    assert.is(edge.server.inFlight(), 0);
  } finally {
    await edge.close();
  }
});

/** The series of a counter by method and code. */
function handled(text: string): ReadonlyMap<string, number> {
  const lines = text.matchAll(/^grpc_server_handled_total\{(.*)\} (\d+)$/gm);
  return new Map(
    [...lines].map(([, labels = "", value]) => {
      const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
      return [`${label("grpc_path")} ${label("grpc_code")}`, Number(value)];
    }),
  );
}

test("every method has its series from the start, each call is counted once, as the status that its caller got", async () => {
  const edge = await startEdge({
    ingest: {
      getIngestRun: async () => ({}),
      listIngestRuns: async () => {
        throw new Fault("invalid", "not so", { field: "page_size" });
      },
      cancelIngestRun: async () => {
        throw new TypeError("a bug");
      },
      // biome-ignore lint/correctness/useYield: it fails before the first message
      watchIngest: async function* () {
        throw new Fault("not-found", "no such run");
      },
    },
  });
  try {
    const before = handled(await edge.server.grpcMetrics.metrics());
    for (const path of (await loadPolicies()).keys()) {
      for (const code of ["OK", "UNAUTHENTICATED", "INTERNAL"])
        assert.ok(before.has(`${path} ${code}`), `${path} ${code}`);
    }
    const client = edge.ingest(adminToken);
    const codeOf = (call: Promise<unknown>) =>
      call.then(
        () => Status.OK,
        (error: ClientError) => error.code,
      );
    const told = [
      ["GetIngestRun", await codeOf(client.getIngestRun({}))],
      ["ListIngestRuns", await codeOf(client.listIngestRuns({}))],
      ["CancelIngestRun", await codeOf(client.cancelIngestRun({}))],
      ["WatchIngest", await codeOf(client.watchIngest({})[Symbol.asyncIterator]().next())],
    ] as const;
    assert.equal(
      told.map(([, code]) => code),
      [Status.OK, Status.INVALID_ARGUMENT, Status.INTERNAL, Status.NOT_FOUND],
    );
    const after = handled(await edge.server.grpcMetrics.metrics());
    const moved = [...after].filter(([series, count]) => count !== before.get(series));
    assert.equal(
      moved.map(([series, count]) => [series, count - (before.get(series) ?? 0)]).sort(),
      told.map(([method, code]) => [`/knowledge.v1.IngestService/${method} ${Status[code]}`, 1]).sort(),
    );
    assert.equal(register.getMetricsAsArray(), [], "nothing is in prom-client's default registry");
  } finally {
    await edge.close();
  }
});

test.run();
