import { ClientError, createClientFactory, Status } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AuditServiceDefinition } from "../../gen/knowledge/v1/audit_service.ts";
import { limits } from "../../src/edge/mod.ts";
import { adminToken, HandTimers, metadata, readerToken, startEdge } from "../support/edge-harness.ts";
import { frame, rawCall, rawDetails, rawSession, searchPath } from "../support/edge-raw-call.ts";

// Of the twenty checks: 9, 12, 14.

const test = suite("edge: the gate");

const authorization = `Bearer ${readerToken}`;

/** A handler that waits until it is let go, and says that it runs. */
function held() {
  let running = 0;
  let release = () => {};
  let started: (() => void)[] = [];
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    release,
    handler: async () => {
      running += 1;
      for (const wake of started.splice(0)) wake();
      await released;
      return {};
    },
    async running(count: number): Promise<void> {
      while (running < count) await new Promise<void>((resolve) => void started.push(resolve));
      started = [];
    },
  };
}

async function codeOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return Status.OK;
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
}

test("a body that stops after four bytes of its header ends with DEADLINE_EXCEEDED at the stall limit", async () => {
  const timers = new HandTimers();
  const edge = await startEdge({ timers });
  const session = rawSession(edge.port);
  try {
    const call = rawCall(session, searchPath, { authorization });
    call.write(new Uint8Array(4));
    await timers.until((ms) => ms === limits.bodyStallMs);
    assert.is(edge.server.inFlight(), 1);
    timers.fire((ms) => ms === limits.bodyStallMs);
    const answer = await call.answer;
    assert.is(answer.status, Status.DEADLINE_EXCEEDED);
    assert.is(rawDetails(answer).details[0]?.value["reason"], "BODY_STALLED");
    assert.is(edge.server.inFlight(), 0);
  } finally {
    session.destroy();
    await edge.close();
  }
});

test("a body that arrived is not timed any more", async () => {
  const timers = new HandTimers();
  const wait = held();
  const edge = await startEdge({ timers, search: { search: wait.handler } });
  try {
    const call = edge.search(readerToken).search({ query: "x" });
    await wait.running(1);
    assert.equal(
      timers.armed().filter((ms) => ms === limits.bodyStallMs),
      [limits.unaryDeadlineMs],
      "only the default deadline, which is as long",
    );
    wait.release();
    await call;
    assert.equal(timers.armed(), []);
  } finally {
    await edge.close();
  }
});

test("metadata over its limit is refused, under it not", async () => {
  const edge = await startEdge({ search: { search: async () => ({}) } });
  const session = rawSession(edge.port);
  try {
    const large = rawCall(session, searchPath, { authorization, "x-large": "a".repeat(limits.metadataBytes) });
    const answer = await large.answer;
    assert.is(answer.status, Status.RESOURCE_EXHAUSTED);
    assert.is(rawDetails(answer).details[0]?.value["reason"], "METADATA_TOO_LARGE");
    const fits = rawCall(session, searchPath, { authorization, "x-large": "a".repeat(limits.metadataBytes - 1_024) });
    fits.write(frame(new Uint8Array()));
    fits.end();
    assert.is((await fits.answer).status, Status.OK);
  } finally {
    session.destroy();
    await edge.close();
  }
});

test("one caller's calls and all calls are capped, probes apart, and places come back", async () => {
  const wait = held();
  const edge = await startEdge({
    search: { search: wait.handler },
    limits: { inFlight: 3, inFlightPerPrincipal: 2 },
  });
  try {
    const reader = edge.search(readerToken);
    const admin = edge.search(adminToken);
    const mine = [reader.search({}), reader.search({})];
    await wait.running(2);
    assert.is(await codeOf(reader.search({})), Status.RESOURCE_EXHAUSTED, "the third of one caller");
    const other = admin.search({});
    await wait.running(3);
    assert.is(edge.server.inFlight(), 3);
    assert.is(await codeOf(admin.search({})), Status.RESOURCE_EXHAUSTED, "the fourth of all");
    assert.is(await codeOf(edge.health().check({})), Status.OK, "a full server answers probes");
    wait.release();
    await Promise.all([...mine, other]);
    assert.is(await codeOf(reader.search({})), Status.OK);
    assert.is(edge.server.inFlight(), 0);
  } finally {
    await edge.close();
  }
});

test("who watches health takes no places of those who check it", async () => {
  const edge = await startEdge({ limits: { inFlight: 3, inFlightPerPrincipal: 2 } });
  const over = new AbortController();
  try {
    const watch = async () => {
      for await (const { status } of edge.health().watch({}, { signal: over.signal })) return status;
      return undefined;
    };
    // Each goes on watching: leaving the loop would end it, so the streams are held open by their iterators.
    const streams = [1, 2].map(() => edge.health().watch({}, { signal: over.signal })[Symbol.asyncIterator]());
    for (const stream of streams) assert.is((await stream.next()).value?.status, 1);
    assert.is(await codeOf(watch()), Status.RESOURCE_EXHAUSTED, "the third of one caller");
    for (let i = 0; i < 5; i += 1) assert.is(await codeOf(edge.health().check({})), Status.OK);
    over.abort();
    for (const stream of streams) await stream.next().catch(() => {});
  } finally {
    over.abort();
    await edge.close();
  }
});

test("a call that its caller cancels gives its place back and aborts its handler", async () => {
  let aborted: unknown;
  let entered = () => {};
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  let gone = () => {};
  const left = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const edge = await startEdge({
    search: {
      search: async (_request: unknown, { signal }: { signal: AbortSignal }) => {
        signal.addEventListener("abort", () => {
          aborted = signal.reason;
          gone();
        });
        entered();
        await left;
        return {};
      },
    },
  });
  try {
    const controller = new AbortController();
    const call = edge.search(readerToken).search({}, { signal: controller.signal });
    await inside;
    controller.abort();
    await call.catch(() => {});
    await left;
    assert.is((aborted as { code?: string }).code, "cancelled");
    assert.is(edge.server.inFlight(), 0);
  } finally {
    await edge.close();
  }
});

const deadlines: readonly (readonly [timeout: string | undefined, least: number, most: number])[] = [
  [undefined, limits.unaryDeadlineMs, limits.unaryDeadlineMs],
  ["30S", 25_000, 30_000],
  ["2H", limits.longestDeadlineMs - 5_000, limits.longestDeadlineMs],
  // Beyond an int32 of milliseconds: grpc-js wraps it to a negative number and a timer of 1 ms.
  ["2147484S", limits.longestDeadlineMs - 5_000, limits.longestDeadlineMs],
  ["99999999S", limits.longestDeadlineMs - 5_000, limits.longestDeadlineMs],
];

for (const [timeout, least, most] of deadlines) {
  test(`grpc-timeout ${timeout ?? "unset"} becomes a deadline between ${least} and ${most} ms`, async () => {
    const timers = new HandTimers();
    const wait = held();
    const edge = await startEdge({ timers, search: { search: wait.handler }, limits: { bodyStallMs: 7 } });
    const session = rawSession(edge.port);
    try {
      const call = rawCall(session, searchPath, {
        authorization,
        ...(timeout === undefined ? {} : { "grpc-timeout": timeout }),
      });
      call.write(frame(new Uint8Array()));
      call.end();
      await wait.running(1);
      const armed = timers.armed();
      assert.is(armed.length, 1, JSON.stringify(armed));
      assert.ok(armed[0]! >= least && armed[0]! <= most, JSON.stringify(armed));
      timers.fire(() => true);
      const answer = await call.answer;
      assert.is(answer.status, Status.DEADLINE_EXCEEDED);
      assert.is(rawDetails(answer).details[0]?.value["reason"], "DEADLINE");
      wait.release();
    } finally {
      session.destroy();
      await edge.close();
    }
  });
}

test("a timeout that grpc-js wraps to a timer of 1 ms does not end the call", async () => {
  const edge = await startEdge({
    search: {
      search: async () => {
        // Long enough for such a timer to be due, and two turns of the loop in which it would fire.
        const due = Date.now() + 5;
        while (Date.now() < due);
        for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        return {};
      },
    },
  });
  const session = rawSession(edge.port);
  try {
    const call = rawCall(session, searchPath, { authorization, "grpc-timeout": "2147484S" });
    call.write(frame(new Uint8Array()));
    call.end();
    assert.is((await call.answer).status, Status.OK);
  } finally {
    session.destroy();
    await edge.close();
  }
});

test("a stream gets its own default deadline, a tail none", async () => {
  const timers = new HandTimers();
  let left = () => {};
  const gone = new Promise<void>((resolve) => {
    left = resolve;
  });
  const edge = await startEdge({
    timers,
    ingest: {
      watchIngest: async function* (_request: unknown, { signal }: { signal: AbortSignal }) {
        yield {};
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
        left();
      },
    },
    audit: {
      exportEntries: async function* (_request: unknown, { signal }: { signal: AbortSignal }) {
        yield {};
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      },
    },
  });
  try {
    const controller = new AbortController();
    const tail = edge.ingest(adminToken).watchIngest({}, { signal: controller.signal });
    const iterator = tail[Symbol.asyncIterator]();
    assert.is((await iterator.next()).done, false);
    assert.equal(timers.armed(), []);
    controller.abort();
    await iterator.next().catch(() => {});
    await gone;

    const client = createClientFactory().create(AuditServiceDefinition, edge.channel());
    const entries = client.exportEntries({}, { metadata: metadata(adminToken) })[Symbol.asyncIterator]();
    assert.is((await entries.next()).done, false);
    assert.equal(timers.armed(), [limits.streamDeadlineMs]);
    const ending = codeOf(entries.next());
    timers.fire((ms) => ms === limits.streamDeadlineMs);
    assert.is(await ending, Status.DEADLINE_EXCEEDED);
  } finally {
    await edge.close();
  }
});

test("a request id that is not sane is replaced", async () => {
  const edge = await startEdge();
  const session = rawSession(edge.port);
  try {
    for (const bad of ["a b", "x".repeat(129), "a\u00e9", "../x y", "'"]) {
      const answer = await rawCall(session, searchPath, { "x-request-id": bad }).answer;
      assert.match(String(answer.header["x-request-id"]), /^[0-9a-f-]{36}$/, bad);
    }
  } finally {
    session.destroy();
    await edge.close();
  }
});

test("a caller can't hand itself over", async () => {
  const edge = await startEdge({ search: { search: async () => ({}) } });
  try {
    const more = { "km-admitted": "0" };
    assert.is(await codeOf(edge.search().search({}, { metadata: metadata(undefined, more) })), Status.UNAUTHENTICATED);
    assert.is(await codeOf(edge.search().search({}, { metadata: metadata(readerToken, more) })), Status.OK);
  } finally {
    await edge.close();
  }
});

test.run();
