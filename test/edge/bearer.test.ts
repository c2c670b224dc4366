import { suite } from "uvu";
import * as assert from "uvu/assert";
import { adminToken, readerToken, startEdge, systemClock } from "../support/edge-harness.ts";
import { frame, rawCall, rawDetails, rawSession, searchPath } from "../support/edge-raw-call.ts";

// Of the twenty checks: 4, 5.

const test = suite("edge: bearer tokens at header time");

const refused: readonly (readonly [name: string, headers: Record<string, string | string[]>, reason: string])[] = [
  ["none", {}, "missing"],
  ["an empty one", { authorization: "" }, "malformed"],
  ["a scheme alone", { authorization: "Bearer" }, "malformed"],
  // HTTP/2 drops a field that ends in a space, and grpc-js one that has anything but printable ASCII.
  ["a scheme and a space", { authorization: "Bearer " }, "missing"],
  ["another scheme", { authorization: `Basic ${readerToken}` }, "malformed"],
  ["no scheme", { authorization: readerToken }, "malformed"],
  ["no space", { authorization: `Bearer${readerToken}` }, "malformed"],
  ["a tab", { authorization: `Bearer\t${readerToken}` }, "missing"],
  ["trailing words", { authorization: `Bearer ${readerToken} x` }, "malformed"],
  ["a trailing comma", { authorization: `Bearer ${readerToken},` }, "malformed"],
  ["a character no token has", { authorization: `Bearer ${readerToken}"` }, "malformed"],
  ["non-ASCII", { authorization: `Bearer ${readerToken}\u00e9` }, "missing"],
  ["eight kilobytes", { authorization: `Bearer ${"a".repeat(8_192)}` }, "malformed"],
  ["an unknown one", { authorization: `Bearer ${"k".repeat(43)}` }, "invalid"],
  ["the right one and a character more", { authorization: `Bearer ${readerToken}x` }, "invalid"],
  ["the right one and a character less", { authorization: `Bearer ${readerToken.slice(0, -1)}` }, "invalid"],
  ["the right one in capitals", { authorization: `Bearer ${readerToken.toUpperCase()}` }, "invalid"],
  ["padding", { authorization: `Bearer ${readerToken}=` }, "invalid"],
  ["the binary header", { "authorization-bin": btoa(`Bearer ${readerToken}`) }, "missing"],
  ["a proxy's header", { "proxy-authorization": `Bearer ${readerToken}` }, "missing"],
];

test("what is no valid token is refused before a byte of the body, in the same words, and counted", async () => {
  let handled = 0;
  let now = Date.now();
  // A second passes between any two calls: nobody is refused so often that he is kept waiting.
  const clock = { ...systemClock, now: () => (now += 1_000) };
  const edge = await startEdge({ clock, search: { search: async () => ({ searchRequestId: String(handled++) }) } });
  const session = rawSession(edge.port);
  try {
    const said = new Set<string>();
    for (const [name, headers, reason] of refused) {
      const key = `km_auth_refusals_total${JSON.stringify({ reason })}`;
      const before = edge.telemetry.counts.get(key) ?? 0;
      const call = rawCall(session, searchPath, { ...headers, "x-request-id": "one-id" });
      const answer = await call.answer;
      assert.is(answer.status, 16, name);
      assert.is(answer.header["x-request-id"], "one-id", name);
      assert.is(edge.telemetry.counts.get(key), before + 1, `${name} is counted as ${reason}`);
      said.add(JSON.stringify([answer.message, answer.trailer["grpc-status-details-bin"]]));
      call.cancel();
    }
    assert.is(said.size, 1, "every refusal says the same");
    assert.is(handled, 0);
    assert.is(edge.server.inFlight(), 0);
    const text = await edge.server.grpcMetrics.metrics();
    const line = text.split("\n").find((each) => /handled_total.*"Search".*UNAUTHENTICATED/.test(each)) ?? "";
    assert.ok(Number(line.split(" ").at(-1)) >= refused.length, `refusals are in the RPC metrics: ${line}`);
    assert.not.match(JSON.stringify(edge.telemetry.lines), readerToken);
  } finally {
    session.destroy();
    await edge.close();
  }
});

const accepted: readonly (readonly [name: string, authorization: string])[] = [
  ["the usual form", `Bearer ${readerToken}`],
  ["a lower-case scheme", `bearer ${readerToken}`],
  ["a shouting scheme", `BEARER ${readerToken}`],
  ["two spaces", `Bearer  ${readerToken}`],
  ["a maintainer", `Bearer ${adminToken}`],
];

test("nothing of a malformed token reaches stderr", async () => {
  const written: string[] = [];
  const real = console.error;
  console.error = (...parts: unknown[]) => void written.push(parts.join(" "));
  const edge = await startEdge();
  const session = rawSession(edge.port);
  try {
    await rawCall(session, searchPath, { authorization: `Bearer\t${readerToken}` }).answer;
    assert.equal(written, []);
  } finally {
    console.error = real;
    session.destroy();
    await edge.close();
  }
});

test("RFC 6750's forms are accepted", async () => {
  const edge = await startEdge({ search: { search: async () => ({}) } });
  const session = rawSession(edge.port);
  try {
    for (const [name, authorization] of accepted) {
      const call = rawCall(session, searchPath, { authorization });
      call.write(frame(new Uint8Array()));
      call.end();
      assert.is((await call.answer).status, 0, name);
    }
  } finally {
    session.destroy();
    await edge.close();
  }
});

test("no handler sees the token", async () => {
  let seen = "";
  const edge = await startEdge({
    search: {
      search: async (_request: unknown, context: { metadata: Iterable<[string, unknown]> }) => {
        seen = JSON.stringify([...context.metadata]);
        return {};
      },
    },
  });
  try {
    await edge.search(readerToken).search({ query: "x" });
    assert.ok(seen.includes("user-agent"), seen);
    assert.not.match(seen, readerToken);
    assert.not.match(seen, "km-admitted");
  } finally {
    await edge.close();
  }
});

test("a refusal has one ErrorInfo", async () => {
  const edge = await startEdge();
  const session = rawSession(edge.port);
  try {
    const { code, details } = rawDetails(await rawCall(session, searchPath, { "x-request-id": "r1" }).answer);
    assert.is(code, 16);
    assert.equal(
      details.map((detail) => detail.name),
      ["ErrorInfo"],
    );
    assert.is(details[0]?.value["reason"], "UNAUTHENTICATED");
    assert.is(details[0]?.value["domain"], "knowledge.v1");
    assert.equal(details[0]?.value["metadata"], { request_id: "r1" });
  } finally {
    session.destroy();
    await edge.close();
  }
});

test("with authentication off every caller is an anonymous maintainer", async () => {
  let principal: unknown;
  const edge = await startEdge({
    authRequired: false,
    ingest: {
      listIngestRuns: async (_request: unknown, context: { principal: unknown }) => {
        principal = context.principal;
        return {};
      },
    },
  });
  try {
    await edge.ingest().listIngestRuns({});
    assert.equal(principal, {
      tokenId: "anonymous",
      name: "anonymous",
      scope: "maintainer",
      sources: undefined,
      quotaClass: "default",
      peer: "127.0.0.1",
    });
  } finally {
    await edge.close();
  }
});

test.run();
