import { Buffer } from "node:buffer";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { orderOf } from "../../../src/adapters/neo4j/keys.ts";
import { openNeo4jGraph, parseNeo4jConfig } from "../../../src/adapters/neo4j/mod.ts";
import { neo4jFault } from "../../../src/adapters/neo4j/neo4j-fault.ts";
import { Recorder } from "../../support/edge-harness.ts";

const test = suite("Neo4j's edges");

test("text sorts by code points, once rewritten, as it sorts by code units", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "Z", "é", "\ud7ff", "\ue000", "\ufb01", "\uffff", "😀", "\u{10fffe}"),
  });
  const points = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.is(Math.sign(points(orderOf(a), orderOf(b))), a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test("what the server says becomes a fault that says what to do, with its cause", () => {
  for (const [code, expected, text] of [
    ["ServiceUnavailable", "unavailable", /KM_NEO4J_URI/],
    ["SessionExpired", "unavailable", /KM_NEO4J_URI/],
    ["Neo.ClientError.Security.Unauthorized", "unavailable", /KM_NEO4J_PASSWORD/],
    ["Neo.ClientError.Database.DatabaseNotFound", "unavailable", /KM_NEO4J_DATABASE/],
    ["Neo.TransientError.General.MemoryPoolOutOfMemoryError", "exhausted", /memory/],
    ["Neo.TransientError.Transaction.DeadlockDetected", "unavailable", /try again/],
    ["Neo.ClientError.Transaction.TransactionTimedOut", "unavailable", /in time/],
    ["Neo.ClientError.Statement.SyntaxError", "internal", /failed/],
  ] as const) {
    const error = Object.assign(new Error("a text of the server's"), { code });
    const fault = neo4jFault(error, "edges");
    assert.is(fault.code, expected, code);
    assert.match(fault.message, text);
    assert.not.match(fault.message, "of the server's");
    assert.is(fault.cause, error);
  }
});

test("a server that is not there is said so, and a call that is given up is cancelled", async () => {
  const meter = new Recorder().meter;
  const config = parseNeo4jConfig({ uri: "bolt://127.0.0.1:1", user: "u", password: "p-of-ours", retryMs: 1 });
  const graph = openNeo4jGraph({ ...config, meter, limits: { readRetryMs: 1 } });
  const never = new AbortController().signal;
  assert.match(await graph.trouble(never), /can't be reached: check KM_NEO4J_URI/);
  const code = await graph.nodes([], ["a:file:b"], AbortSignal.abort()).catch(({ code }) => code);
  assert.is(code, "cancelled");
  await graph.close();
  assert.is(await graph.nodes([], ["a:file:b"], never).catch(({ code }) => code), "unavailable");
});

test.run();
