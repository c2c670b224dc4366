import { setImmediate } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { RefusalPace } from "../../src/edge/refusal-pace.ts";
import { HandTimers, type HarnessOptions, readerToken, startEdge, systemClock } from "../support/edge-harness.ts";
import { frame, rawCall, rawDetails, rawSession, searchPath } from "../support/edge-raw-call.ts";

// Of the twenty checks: 13.

const test = suite("edge: who is refused often is kept waiting");

test("eight at once within a second, the next ones when it is over; each caller by itself, and anew after it", () => {
  let now = 1_000_000;
  const pace = new RefusalPace({ now: () => now });
  const next = (times: number, caller = "a") => Array.from({ length: times }, () => pace.next(caller));
  assert.equal(next(8), Array(8).fill(0));
  now += 400;
  assert.equal(next(3), [600, 600, 600]);
  assert.is(pace.next("b"), 0);
  now += 600;
  assert.equal(next(9), [...Array(8).fill(0), 1_000]);
  now -= 10_000;
  assert.is(pace.next("a"), 0, "a clock that goes back keeps nobody waiting");
});

const bearer = { authorization: `Bearer ${readerToken}` };
const guess = { authorization: `Bearer ${"k".repeat(43)}` };

interface Flood {
  readonly what: string;
  readonly options: HarnessOptions;
  readonly headers: Record<string, string>;
  readonly path?: string;
  readonly status: number;
  readonly reason: string;
  /** Calls that stay open before the flood. */
  readonly open?: number;
  /** Refusals of another kind before these. */
  readonly before?: number;
}

const floods: readonly Flood[] = [
  { what: "no token", options: {}, headers: {}, status: 16, reason: "UNAUTHENTICATED" },
  { what: "wrong tokens", options: {}, headers: guess, status: 16, reason: "UNAUTHENTICATED" },
  {
    what: "wrong tokens under penalty",
    options: { authFailures: 1 },
    headers: guess,
    status: 8,
    reason: "AUTH_FAILURES",
    before: 1,
  },
  {
    what: "too many calls in flight",
    options: { limits: { inFlightPerPrincipal: 1 } },
    headers: bearer,
    status: 8,
    reason: "TOO_MANY_CALLS",
    open: 1,
  },
  {
    what: "a method for maintainers",
    options: {},
    headers: bearer,
    path: "/knowledge.v1.IngestService/ListIngestRuns",
    status: 7,
    reason: "SCOPE_TOO_SMALL",
  },
  {
    what: "metadata beyond the limit",
    options: { limits: { metadataBytes: 200 } },
    headers: { ...bearer, "x-much": "a".repeat(300) },
    status: 8,
    reason: "METADATA_TOO_LARGE",
  },
];

for (const flood of floods) {
  test(`a flood of ${flood.what}: after eight answers it waits, and nobody else does`, async () => {
    const timers = new HandTimers();
    const now = Date.now();
    const edge = await startEdge({ ...flood.options, clock: { ...systemClock, now: () => now }, timers });
    const session = rawSession(edge.port);
    const other = rawSession(edge.port, "127.0.0.2");
    const held = (ms: number) => ms === 1_000;
    const call = (on = session) => {
      const asked = rawCall(on, flood.path ?? searchPath, flood.headers);
      asked.write(frame(new Uint8Array()));
      asked.end();
      return asked.answer;
    };
    try {
      for (let n = 0; n < (flood.open ?? 0); n += 1) rawCall(session, searchPath, flood.headers);
      while (edge.server.inFlight() < (flood.open ?? 0)) await setImmediate();
      for (let n = 0; n < (flood.before ?? 0); n += 1) await call();
      for (let n = flood.before ?? 0; n < 8; n += 1) {
        const answer = await call();
        assert.equal([answer.status, rawDetails(answer).details[0]?.value["reason"]], [flood.status, flood.reason]);
      }
      let answered = 0;
      const waiting = [call(), call(), call()];
      for (const each of waiting) each.then(() => (answered += 1)).catch(() => {});
      while (answered === 0 && timers.armed().filter(held).length < 3) await setImmediate();
      // Who comes with the same token is the same caller wherever he is; a stranger from elsewhere is another.
      if (flood.status === 16) assert.is((await call(other)).status, flood.status);
      assert.is(answered, 0);
      timers.fire(held);
      for (const answer of await Promise.all(waiting)) {
        assert.equal([answer.status, rawDetails(answer).details[0]?.value["reason"]], [flood.status, flood.reason]);
      }
      assert.is(edge.server.inFlight(), flood.open ?? 0);
    } finally {
      session.destroy();
      other.destroy();
      await edge.close();
    }
  });
}

test("callers without a token have a quota for each address", async () => {
  const quota = { points: 2, windowMs: 60_000, burst: 0 };
  const edge = await startEdge({
    authRequired: false,
    quota: { read: quota, manage: quota },
    search: { search: async () => ({}) },
  });
  const sessions = ["127.0.0.1", "127.0.0.2"].map((from) => rawSession(edge.port, from));
  try {
    const statuses = [];
    for (const session of sessions) {
      for (let n = 0; n < 3; n += 1) {
        const asked = rawCall(session, searchPath);
        asked.write(frame(new Uint8Array()));
        asked.end();
        statuses.push((await asked.answer).status);
      }
    }
    assert.equal(statuses, [0, 0, 8, 0, 0, 8]);
  } finally {
    for (const session of sessions) session.destroy();
    await edge.close();
  }
});

test.run();
