import { ClientError, Status } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { adminToken, HandTimers, type Harness, readerToken, startEdge } from "../support/edge-harness.ts";

// Of the twenty checks: 15.

const test = suite("edge: drain and stop");

function gateOf(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function outcome(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return Status.OK;
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
}

const limits = { lameDuckMs: 1_000, drainMs: 16_000 };
const lameDuck = (ms: number) => ms === 1_000;
const budget = (ms: number) => ms === 14_000;

interface Scene {
  readonly edge: Harness;
  readonly timers: HandTimers;
  readonly entered: Promise<void>;
  /** Lets the unary handler answer. */
  finish(): void;
  readonly unary: Promise<number>;
  readonly stream: Promise<number>;
}

/** A server with one unary call in its handler and one tail that has sent a message. */
async function scene(): Promise<Scene> {
  const timers = new HandTimers();
  const inside = gateOf();
  const finish = gateOf();
  const edge = await startEdge({
    timers,
    limits,
    search: {
      search: async () => {
        inside.open();
        await finish.opened;
        return { searchRequestId: "done" };
      },
    },
    ingest: {
      watchIngest: async function* (_request: unknown, { signal }: { signal: AbortSignal }) {
        yield {};
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
        throw signal.reason;
      },
    },
  });
  const unary = outcome(edge.search(readerToken).search({ query: "x" }));
  const first = gateOf();
  const stream = outcome(
    (async () => {
      for await (const _ of edge.ingest(adminToken).watchIngest({})) first.open();
    })(),
  );
  await Promise.all([inside.opened, first.opened]);
  return { edge, timers, entered: inside.opened, finish: finish.open, unary, stream };
}

test("health turns first, calls of the lame duck are served, then new ones refused, tails end, unary calls finish", async () => {
  const { edge, timers, finish, unary, stream } = await scene();
  try {
    const health = edge.health();
    assert.is((await health.check({})).status, 1);
    let drained = false;
    const draining = edge.server.drain(new AbortController().signal).then(() => {
      drained = true;
    });
    assert.is((await health.check({})).status, 2, "NOT_SERVING at once");
    assert.is(await outcome(edge.search(readerToken).getArtifact({})), Status.UNIMPLEMENTED, "served in the lame duck");

    timers.fire(lameDuck);
    assert.is(await stream, Status.UNAVAILABLE, "the tail ends");
    assert.is(await outcome(edge.search(readerToken).getArtifact({})), Status.UNAVAILABLE, "a new call is refused");
    assert.is((await health.check({})).status, 2, "probes are still answered");
    assert.is(drained, false, "the unary call is waited for");

    finish();
    assert.is(await unary, Status.OK, "an accepted call does not fail");
    await draining;
  } finally {
    await edge.close();
  }
});

test("a drain without the lame duck refuses new calls at once, and still waits for those that run", async () => {
  const { edge, timers, finish, unary, stream } = await scene();
  try {
    edge.server.skipLameDuck();
    const draining = edge.server.drain(new AbortController().signal);
    assert.not(timers.armed().some(lameDuck));
    assert.is(await stream, Status.UNAVAILABLE, "the tail ends");
    assert.is(await outcome(edge.search(readerToken).getArtifact({})), Status.UNAVAILABLE, "a new call is refused");
    finish();
    assert.is(await unary, Status.OK, "an accepted call does not fail");
    await draining;
  } finally {
    await edge.close();
  }
});

test("what outlives the budget is ended with UNAVAILABLE", async () => {
  const { edge, timers, finish, unary, stream } = await scene();
  try {
    const draining = edge.server.drain(new AbortController().signal);
    timers.fire(lameDuck);
    assert.is(await stream, Status.UNAVAILABLE);
    await timers.until(budget);
    timers.fire(budget);
    assert.is(await unary, Status.UNAVAILABLE);
    await draining;
    finish();
  } finally {
    await edge.close();
  }
});

test("the kernel's limit ends a drain at once", async () => {
  const { edge, finish, unary, stream } = await scene();
  try {
    const controller = new AbortController();
    const draining = edge.server.drain(controller.signal);
    controller.abort();
    await draining;
    assert.is(await stream, Status.UNAVAILABLE);
    assert.is(await unary, Status.UNAVAILABLE);
    finish();
  } finally {
    await edge.close();
  }
});

test("a stop forces what does not close, and a second one does nothing", async () => {
  const { edge, timers, finish, unary, stream } = await scene();
  const stopping = edge.server.stop(new AbortController().signal);
  await timers.until((ms) => ms === 1_000);
  timers.fire((ms) => ms === 1_000);
  await stopping;
  assert.is.not(await unary, Status.OK);
  assert.is.not(await stream, Status.OK);
  finish();
  await edge.close();
});

test("an address that is taken is named, with what to do", async () => {
  const first = await startEdge();
  try {
    await startEdge({ address: first.server.address });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, first.server.address);
    assert.match((error as Error).message, "another");
  } finally {
    await first.close();
  }
});

test.run();
