import { Metadata } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { metadata, readerToken, startEdge } from "../support/edge-harness.ts";

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

test.run();
