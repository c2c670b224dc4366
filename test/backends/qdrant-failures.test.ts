import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { QdrantIndexConfig } from "../../src/adapters/qdrant/mod.ts";
import { Fault } from "../../src/domain/mod.ts";
import type { ChunkIndex, IndexWriter } from "../../src/ports/mod.ts";
import {
  chunksOf,
  contractFingerprint,
  never,
  query,
  record,
  textsFound,
  words,
  write,
} from "../contract/chunk-corpus.ts";
import { putChunks } from "../support/put-chunks.ts";
import {
  type Exchange,
  type Misbehaviour,
  officialCheck,
  type QdrantServer,
  startQdrantServer,
  testIndex,
} from "../support/qdrant-server/mod.ts";

const check = officialCheck();
const test = suite("Qdrant misbehaves");

async function during(
  work: (index: ChunkIndex & { trouble(signal: AbortSignal): Promise<string> }, server: QdrantServer) => Promise<void>,
  more: Partial<QdrantIndexConfig> = {},
): Promise<void> {
  const server = await startQdrantServer({ check });
  const index = testIndex(server.url, more);
  try {
    await work(index, server);
    assert.equal(server.violations, []);
    assert.not.ok(
      server.exchanges.some(({ method }) => method === "DELETE"),
      "nothing is ever dropped",
    );
  } finally {
    await index.close();
    await server.close();
  }
}

async function fault(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, Fault);
    return error as Fault;
  }
  return assert.unreachable("expected a Fault") as never;
}

const one = [{ path: "one.ts", texts: ["alpha"] }];
const alpha = query("a", 1, { terms: words("alpha") });

/** Misbehaves the first times that a kind of exchange comes. */
function firstTimes(times: number, what: (exchange: Exchange) => boolean, how: Misbehaviour) {
  let left = times;
  return (exchange: Exchange): Misbehaviour | undefined => {
    if (left === 0 || !what(exchange)) return undefined;
    left -= 1;
    return how;
  };
}

test("a server that is away fails calls, says so, and is found again", async () => {
  const gone = await startQdrantServer();
  await gone.close();
  const index = testIndex(gone.url);
  const away = await fault(index.search(alpha, never));
  assert.is(away.code, "unavailable");
  assert.match(away.message, "KM_QDRANT_URL");
  assert.match(await index.trouble(never), "can't be reached");
  const back = await startQdrantServer({ check, port: gone.port });
  assert.is(await index.trouble(never), "");
  await write(index, "a", 0, 1, one);
  assert.equal(await textsFound(index, alpha), ["alpha"]);
  await index.close();
  await back.close();
});

test("429 and 500 and cut connections are tried again, with the pause that the server asks for", async () => {
  const waits: number[] = [];
  const clock = { now: () => 0, sleep: async (ms: number) => void waits.push(ms) };
  await during(
    async (index, server) => {
      await write(index, "a", 0, 1, one);
      for (const how of [
        { status: 429, headers: { "retry-after": "3" } },
        { status: 429, headers: { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" } },
        { status: 500 },
        { status: 503 },
      ]) {
        server.misbehave = firstTimes(2, () => true, how);
        assert.equal(await textsFound(index, alpha), ["alpha"]);
      }
      assert.equal(waits, [3_000, 3_000, 100, 400, 100, 400, 100, 400]);
      // Deno's fetch tries a cut connection again by itself, so the waits are not counted.
      server.misbehave = firstTimes(2, () => true, "cut");
      assert.equal(await textsFound(index, alpha), ["alpha"]);
    },
    { clock },
  );
});

test("a server that stays busy, or asks for a long pause, is unavailable", () =>
  during(async (index, server) => {
    await index.ready(never);
    server.misbehave = () => ({ status: 503 });
    assert.is((await fault(index.search(alpha, never))).code, "unavailable");
    // The client cuts the header to its first character: when this says 30,000, the note in qdrant-fault.ts can go.
    server.misbehave = () => ({ status: 429, headers: { "retry-after": "30" } });
    const told = await fault(index.search(alpha, never));
    assert.equal([told.code, told.retryAfterMs], ["unavailable", 3_000]);
  }));

test("a pause longer than a caller would wait is not waited for", () =>
  during(
    async (index, server) => {
      await index.ready(never);
      server.misbehave = () => ({ status: 429, headers: { "retry-after": "9" } });
      const before = server.exchanges.length;
      const told = await fault(index.search(alpha, never));
      assert.equal([told.code, told.retryAfterMs, server.exchanges.length - before], ["unavailable", 9_000, 1]);
    },
    { limits: { longestWaitMs: 8_000 } },
  ));

test("an answer that does not come is given up on, attempt by attempt; a caller's end ends it at once", () => {
  let waits = 0;
  const clock = {
    now: () => 0,
    async sleep() {
      waits += 1;
    },
  };
  return during(
    async (index, server) => {
      server.misbehave = () => "silence";
      const late = await fault(index.search(alpha, never));
      assert.is(late.code, "unavailable");
      assert.match(late.message, "did not answer within 20 ms");
      assert.is(waits, 1);
      const caller = new AbortController();
      server.misbehave = () => {
        caller.abort();
        return "silence";
      };
      assert.is((await fault(index.search(alpha, caller.signal))).code, "cancelled");
    },
    { clock, limits: { readMs: 20, attempts: 2 } },
  );
});

test("a wrong API key is said at once, without the key", async () => {
  const server = await startQdrantServer({ check, apiKey: "right" });
  const wrong = testIndex(server.url, { apiKey: "wrong-key-value" });
  const refused = await fault(wrong.search(alpha, never));
  assert.is(refused.code, "unavailable");
  assert.match(refused.message, "KM_QDRANT_API_KEY");
  assert.not.match(refused.message, "wrong-key-value");
  assert.is(server.exchanges.length, 1);
  assert.match(await wrong.trouble(never), "KM_QDRANT_API_KEY");
  await wrong.close();
  const right = testIndex(server.url, { apiKey: "right" });
  await write(right, "a", 0, 1, one);
  assert.equal(await textsFound(right, alpha), ["alpha"]);
  await right.close();
  await server.close();
});

test("answers that Qdrant does not give are errors, and change nothing", () =>
  during(async (index, server) => {
    await write(index, "a", 0, 1, one);
    const collections = [...server.collections.keys()];
    for (const how of [
      { raw: "<html>welcome</html>" },
      { raw: "" },
      { raw: "null" },
      { json: {} },
      { json: { result: null, status: "ok", time: 0 } },
      { json: { result: "yes", status: "ok", time: 0 } },
      { json: { result: [], status: "ok", time: 0 } },
      { json: { result: { count: -1 }, status: "ok", time: 0 } },
      { json: { result: { count: "3", points: [null], collections: [7] }, status: "ok", time: 0 } },
    ]) {
      server.misbehave = () => how;
      const fresh = testIndex(server.url);
      const what = JSON.stringify(how);
      assert.is((await fault(fresh.search(alpha, never))).code, "internal", what);
      assert.is((await fault(index.search(query("a", 1, { terms: words(what) }), never))).code, "internal", what);
      assert.is((await fault(index.passages([{ source: "a", generation: 1 }], ["x"], never))).code, "internal", what);
      assert.is((await fault(index.sweep("a", 1, never))).code, "internal", what);
      await fresh.close();
    }
    server.misbehave = () => undefined;
    assert.equal([...server.collections.keys()], collections);
    assert.equal(await textsFound(index, alpha), ["alpha"]);
  }));

test("a collection of another shape is refused and left as it is", () =>
  during(async (index, server) => {
    await write(index, "a", 0, 1, one);
    server.misbehave = ({ method, path }) => {
      const held = method === "GET" && /-chunks-[^/]*$/.test(path);
      return held
        ? { json: { result: { config: { params: { vectors: {} } }, payload_schema: {} }, status: "ok", time: 0 } }
        : undefined;
    };
    const fresh = testIndex(server.url);
    const refused = await fault(fresh.begin("a", 1, 2, contractFingerprint, never));
    assert.equal([refused.code, refused.reason], ["precondition", "INDEX_SHAPE"]);
    await fresh.close();
    server.misbehave = () => undefined;
    assert.equal(await textsFound(index, alpha), ["alpha"]);
  }));

test("a write that fails part of the way leaves the base served, and the next run takes it back", () =>
  during(async (index, server) => {
    await write(index, "a", 0, 1, [...one, { path: "two.ts", texts: ["beta"] }]);
    const rows = [...server.collections.values()].map(({ size }) => size);
    // The chunks are in; what the catalogue is told of them is refused, and so is every taking back.
    let refusing = false;
    server.misbehave = ({ path }) => {
      refusing ||= path.endsWith("-catalogue/points/batch");
      return refusing && path.endsWith("/points/batch") ? { status: 500 } : undefined;
    };
    const writer = await beginWhileFine(index, server);
    await putChunks(
      writer,
      record("one.ts", { chunks: 1 }),
      chunksOf("a", { path: "one.ts", texts: ["gamma"] }),
      [],
      never,
    );
    await writer.remove("two.ts", never);
    assert.is((await fault(writer.commit(never))).code, "unavailable");
    assert.is((await fault(writer.abort())).code, "unavailable");
    server.misbehave = () => undefined;
    assert.equal(await textsFound(index, alpha), ["alpha"]);
    assert.equal(await textsFound(index, query("a", 2, { terms: words("gamma") })), []);
    assert.equal(await textsFound(index, query("a", 2, { terms: words("beta") })), ["beta"]);
    const again = await index.begin("a", 1, 3, contractFingerprint, never);
    await again.abort();
    assert.equal(await textsFound(index, query("a", 3, { terms: words("beta") })), ["beta"]);
    // Until a run commits it is told which was begun and never ended: its writer may be alive.
    const [catalogue = 0, ...chunks] = rows;
    assert.equal(sizes(server), [catalogue + 1, ...chunks]);
    await (await index.begin("a", 1, 4, contractFingerprint, never)).commit(never);
    await index.sweep("a", 4, never);
    assert.equal(sizes(server), rows);
  }));

const sizes = (server: QdrantServer) => [...server.collections.values()].map(({ size }) => size);

for (const from of ["a base", "nothing"])
  test(`what a writer that was paused sends late is never seen: it began from ${from}, and neither commits nor takes back`, () =>
    during(async (index, server) => {
      const other = testIndex(server.url);
      const base = from === "nothing" ? 0 : 1;
      const seen = async (generation: number) => {
        const terms = words("alpha", "beta", "gamma", "delta", "epsilon");
        return (await textsFound(index, query("a", generation, { terms }))).sort();
      };
      const put = async (writer: IndexWriter, path: string, text: string) => {
        await putChunks(writer, record(path, { chunks: 1 }), chunksOf("a", { path, texts: [text] }), [], never);
        // Asking sends what was gathered.
        await writer.known(["0"], never);
      };
      await write(index, "a", 0, 1, [
        ...one,
        { path: "two.ts", texts: ["beta"] },
        { path: "three.ts", texts: ["beta"] },
      ]);
      const paused = await other.begin("a", base, 2, contractFingerprint, never);
      await put(paused, "three.ts", "gamma");

      // Its lease is over: another takes over, writes, and is served.
      await write(index, "a", 1, 3, [{ path: "two.ts", texts: ["delta"] }], ["three.ts"]);
      const served = [await seen(3), await index.count({ source: "a", generation: 3 }, never)];
      assert.equal(served, [["alpha", "delta"], { files: 2, chunks: 2, latest: 3 }]);

      // It wakes, and is killed before it takes anything back.
      await put(paused, "one.ts", "gamma");
      await put(paused, "two.ts", "gamma");
      await put(paused, "four.ts", "gamma");
      await paused.remove("one.ts", never);
      await paused.known(["0"], never);
      assert.equal([await seen(3), await index.count({ source: "a", generation: 3 }, never)], served);
      assert.equal(await seen(1), ["alpha", "beta", "beta"]);
      assert.equal(
        (await index.files({ source: "a", generation: 3 }, "", 10, never)).map(({ path }) => path),
        ["one.ts", "two.ts"],
      );

      // Beside the next run too, whose changes count whatever the late one has ended.
      const next = await index.begin("a", 3, 4, contractFingerprint, never);
      await put(paused, "one.ts", "gamma");
      await put(paused, "two.ts", "gamma");
      await put(next, "one.ts", "epsilon");
      assert.equal(await next.commit(never), { files: 2, chunks: 2 });
      await put(paused, "two.ts", "gamma");
      assert.equal(await seen(4), ["delta", "epsilon"]);
      await index.sweep("a", 4, never);
      assert.equal(await seen(4), ["delta", "epsilon"]);
      assert.equal(sizes(server), [3, 2], "nothing of it is left: two files and their generation, two chunks");
      await other.close();
    }));

test("a writer that was paused before it began is refused, and what came after it stands", () =>
  during(async (index, server) => {
    const other = testIndex(server.url);
    await write(index, "a", 0, 1, one);
    // What it sends first, that it begins, is held until another has committed.
    let goOn = () => {};
    const after = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let held = 0;
    server.misbehave = ({ path }) => {
      if (!path.endsWith("/points/batch")) return undefined;
      held += 1;
      return { after };
    };
    const begun = fault(other.begin("a", 1, 2, contractFingerprint, never));
    while (held === 0) await new Promise((resolve) => setImmediate(resolve));
    server.misbehave = () => undefined;
    await write(index, "a", 1, 3, [{ path: "two.ts", texts: ["delta"] }]);
    goOn();
    const { code, reason } = await begun;
    assert.equal([code, reason], ["conflict", "LEASE_LOST"]);
    const seen = await textsFound(index, query("a", 3, { terms: words("alpha", "delta") }));
    assert.equal(seen.sort(), ["alpha", "delta"]);
    assert.equal(await index.count({ source: "a", generation: 3 }, never), { files: 2, chunks: 2, latest: 3 });
    // Nor does its mark keep what comes later from being seen.
    await write(index, "a", 3, 4, [{ path: "two.ts", texts: ["gamma"] }]);
    assert.equal((await textsFound(index, query("a", 4, { terms: words("alpha", "gamma") }))).sort(), [
      "alpha",
      "gamma",
    ]);
    await other.close();
  }));

async function beginWhileFine(index: ChunkIndex, server: QdrantServer) {
  const { misbehave } = server;
  server.misbehave = () => undefined;
  const writer = await index.begin("a", 1, 2, contractFingerprint, never);
  server.misbehave = misbehave;
  return writer;
}

test("a server without room says so, and taking back still works", () =>
  during(async (index, server) => {
    await write(index, "a", 0, 1, one);
    const writer = await index.begin("a", 1, 2, contractFingerprint, never);
    await putChunks(
      writer,
      record("two.ts", { chunks: 1 }),
      chunksOf("a", { path: "two.ts", texts: ["beta"] }),
      [],
      never,
    );
    server.misbehave = ({ path }) =>
      path.endsWith("/points/batch")
        ? { status: 500, error: "No space left on device: WAL buffer size exceeds" }
        : undefined;
    assert.is((await fault(writer.commit(never))).code, "exhausted");
    server.misbehave = () => undefined;
    await writer.abort();
    assert.equal(await textsFound(index, alpha), ["alpha"]);
  }));

test("a collection that goes missing is an error until a full run, not an empty index", () =>
  during(async (index, server) => {
    await write(index, "a", 0, 1, one);
    const chunks = [...server.collections.keys()].find((name) => name.includes("-chunks-"))!;
    server.drop(chunks);
    const missing = await fault(index.search(alpha, never));
    assert.is(missing.code, "internal");
    assert.match(missing.message, "full ingest");
    assert.match(await index.trouble(never), "is gone");
    const partial = await fault(index.begin("a", 1, 2, contractFingerprint, never));
    assert.equal([partial.code, partial.reason], ["precondition", "INDEX_MISSING"]);
    await write(index, "a", 0, 3, one);
    assert.equal(await textsFound(index, query("a", 3, { terms: words("alpha") })), ["alpha"]);
    assert.is(await index.trouble(never), "");
  }));

test("an index found lost at a start counts nothing", () =>
  during(async (index, server) => {
    await write(index, "a", 0, 1, one);
    server.drop([...server.collections.keys()].find((name) => name.includes("-chunks-"))!);
    const fresh = testIndex(server.url);
    assert.equal(await fresh.count({ source: "a", generation: 1 }, never), { files: 1, chunks: 0, latest: 1 });
    await fresh.close();
  }));

test("a second gateway sees what the first commits", () =>
  during(async (index, server) => {
    const second = testIndex(server.url);
    await write(index, "a", 0, 1, one);
    assert.equal(await textsFound(second, alpha), ["alpha"]);
    await write(index, "a", 1, 2, [{ path: "one.ts", texts: ["beta"] }]);
    assert.equal(await textsFound(second, query("a", 2, { terms: words("beta", "alpha") })), ["beta"]);
    assert.equal(await textsFound(second, alpha), ["alpha"]);
    await second.close();
  }));

test("what is not Qdrant's is left alone: filters and names are data", () =>
  during(async (index, server) => {
    const odd = 'a", "must": [] } \u0000 \u2028';
    await write(index, odd, 0, 1, [{ path: `${odd}/*.ts`, texts: ["alpha"] }]);
    await write(index, "a", 0, 1, one);
    assert.equal(await textsFound(index, query(odd, 1, { terms: words("alpha") })), ["alpha"]);
    assert.is(await index.sweep(odd, Number.MAX_SAFE_INTEGER, never), 1);
    assert.equal(await textsFound(index, alpha), ["alpha"]);
    assert.is(server.collections.size, 2);
  }));

test("the contract server's own check tells a wrong exchange", () => {
  if (!check) return;
  const none = new URLSearchParams();
  assert.is(check.request("POST", "/collections/x/points/count", none, { exact: true }), "");
  assert.match(check.request("POST", "/collections/x/points/count", none, { exact: "yes" }), "exact");
  assert.match(check.request("POST", "/collections/x/points/count", none, { filtr: {} }), "filtr");
  assert.match(check.request("POST", "/collections/x/points/search", none, {}), "not in the description");
  assert.match(check.request("PUT", "/collections/x/points", new URLSearchParams("wiat=true"), { points: [] }), "wiat");
  assert.match(check.response("POST", "/collections/x/points/count", 200, { result: { count: "1" } }), "count");
});

test.run();
