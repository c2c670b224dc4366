import { type ClientError, Status } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchRequest } from "../../gen/knowledge/v1/search_service.ts";
import type { Fault } from "../../src/domain/mod.ts";
import { searchHandlers } from "../../src/services/search/mod.ts";
import { bench } from "../services/search/fixture.ts";
import { HandTimers, readerToken, startEdge } from "../support/edge-harness.ts";
import { frame, rawCall, rawSession, searchPath } from "../support/edge-raw-call.ts";

// Of the twenty checks: 14.

/** Check 14: what ends a call ends the store's work for it. */
const test = suite("deadlines and cancels reach the store");

/** The whole way from the wire to an index that answers nothing by itself, and says what it was told. */
async function scene(timers?: HandTimers) {
  const { ports, index } = bench();
  await index("a", [{ path: "tide.md", texts: ["the water rises twice a day\n"] }]);
  let asked = () => {};
  const reached = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let told = (_: unknown) => {};
  const reason = new Promise<unknown>((resolve) => {
    told = resolve;
  });
  const silent = Object.assign(Object.create(ports.index), {
    search: (_query: unknown, signal: AbortSignal) => {
      asked();
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          told(signal.reason);
          reject(signal.reason);
        });
      });
    },
  });
  const handlers = searchHandlers({ ...ports, index: silent });
  const edge = await startEdge({
    search: handlers as never,
    limits: { unaryDeadlineMs: 123_456 },
    ...(timers ? { timers } : {}),
  });
  return { edge, reached, reason };
}

test("a caller that cancels", async () => {
  const { edge, reached, reason } = await scene();
  try {
    const leaving = new AbortController();
    const call = edge.search(readerToken).search({ query: "water" }, { signal: leaving.signal });
    const ended = call.catch(() => "ended");
    await reached;
    leaving.abort();
    assert.is(await ended, "ended");
    assert.is(((await reason) as Fault).code, "cancelled");
  } finally {
    await edge.close();
  }
});

test("a caller's own deadline", async () => {
  const { edge, reason } = await scene();
  const session = rawSession(edge.port);
  try {
    // Long enough that the call is under way when it passes, on any machine that answers at all.
    const call = rawCall(session, searchPath, { authorization: `Bearer ${readerToken}`, "grpc-timeout": "2S" });
    call.write(frame(SearchRequest.encode(SearchRequest.fromPartial({ query: "water" })).finish()));
    call.end();
    assert.is((await call.answer).status, Status.DEADLINE_EXCEEDED);
    assert.is(((await reason) as Fault).code, "deadline");
  } finally {
    session.destroy();
    await edge.close();
  }
});

test("the server's deadline, where the caller has none", async () => {
  const timers = new HandTimers();
  const { edge, reached, reason } = await scene(timers);
  try {
    const ended = edge
      .search(readerToken)
      .search({ query: "water" })
      .then(
        () => Status.OK,
        (error: ClientError) => error.code,
      );
    await reached;
    timers.fire((ms) => ms === 123_456);
    assert.is(await ended, Status.DEADLINE_EXCEEDED);
    assert.is(((await reason) as Fault).code, "deadline");
  } finally {
    await edge.close();
  }
});

test.run();
