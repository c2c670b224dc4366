import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readerToken, startEdge } from "../support/edge-harness.ts";

const test = suite("edge: a thousand calls, then a close");

// Deno 2.9.4 to 2.9.6 abort the process when a client closes after about 90 calls on one connection.
test("one connection carries a thousand calls and closes, and nothing is left", async () => {
  const edge = await startEdge({ search: { search: async () => ({ searchRequestId: "x" }) } });
  const client = edge.search(readerToken);
  let answered = 0;
  for (let round = 0; round < 50; round += 1) {
    const calls = Array.from({ length: 20 }, () => client.search({ query: "x" }));
    for (const answer of await Promise.all(calls)) answered += answer.searchRequestId === "x" ? 1 : 0;
  }
  assert.is(answered, 1_000);
  assert.is(edge.server.inFlight(), 0);
  assert.is(
    edge.telemetry.lines.filter((line) => line.message === "call" && line.fields["code"] === "OK").length,
    1_000,
  );
  await edge.close();
});

test.run();
