import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type HttpEmbedder, type HttpEmbedderConfig, openHttpEmbedder } from "../../../src/adapters/embedders/mod.ts";
import { aborted, Fault } from "../../../src/domain/mod.ts";
import type { Meter } from "../../../src/ports/mod.ts";
import {
  answer,
  type EmbeddingsServer,
  letterVector,
  type Misbehaviour,
  startEmbeddingsServer,
  wellAnswered,
} from "../../support/embeddings-server.ts";

const never = new AbortController().signal;
const dimensions = 16;

/** Time that passes only by being slept through. */
class TestClock {
  time = Date.UTC(2026, 0, 1);
  readonly slept: number[] = [];

  now(): number {
    return this.time;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw aborted(signal);
    if (ms <= 0) return;
    this.slept.push(ms);
    this.time += ms;
  }
}

interface World {
  readonly server: EmbeddingsServer;
  readonly embedder: HttpEmbedder;
  readonly clock: TestClock;
  /** Codes of errors that were counted. */
  readonly errors: string[];
}

async function during(work: (world: World) => Promise<void>, more: Partial<HttpEmbedderConfig> = {}): Promise<void> {
  const server = await startEmbeddingsServer(dimensions);
  const clock = new TestClock();
  const errors: string[] = [];
  const add = (_: string, labels: { code: string }, by = 1) => {
    if (by > 0) errors.push(labels.code);
  };
  const meter = { add, observe() {}, set() {} };
  const config = { url: server.url, model: "small model", dimensions, apiKey: "key-of-the-test", batch: 4, ...more };
  const embedder = await openHttpEmbedder(config, { clock, meter: meter as unknown as Meter }, never);
  try {
    await work({ server, embedder, clock, errors });
  } finally {
    await embedder.close();
    await server.close();
  }
}

const texts = (count: number) => Array.from({ length: count }, (_, at) => `passage ${String.fromCharCode(97 + at)}`);

function unit(text: string): number[] {
  const vector = letterVector(text, dimensions);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function near(vector: Float32Array | undefined, expected: readonly number[]): void {
  assert.is(vector?.length, expected.length);
  for (const [at, value] of expected.entries()) assert.ok(Math.abs(vector![at]! - value) < 1e-6);
}

async function refused(work: Promise<unknown>, says: RegExp, code = "unavailable"): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, Fault);
    assert.is((error as Fault).code, code);
    assert.match((error as Fault).message, says);
    assert.not.match((error as Fault).message, /key-of-the-test|127\.0\.0\.1/);
    return error as Fault;
  }
  return assert.unreachable("it was not refused") as never;
}

const status =
  (code: number, headers: Record<string, string> = {}): Misbehaviour =>
  (_, response) =>
    answer(response, { error: { message: "no" } }, code, headers);
const says =
  (body: unknown): Misbehaviour =>
  (_, response) =>
    answer(response, body);
const cutOff: Misbehaviour = (_, response) => void response.socket?.destroy();
const cutInside: Misbehaviour = (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
  response.write('{"data":[', () => response.socket?.destroy());
};
const silent: Misbehaviour = () => {};

const well = suite("http embedder");

well("asks in batches and gives unit vectors in the order of the texts, whatever the answer's order", () =>
  during(async ({ server, embedder }) => {
    const asked = texts(10);
    const vectors = await embedder.embed(asked, "passage", never);
    assert.equal(server.asked.map(({ input }) => input.length).sort(), [2, 4, 4]);
    for (const [at, text] of asked.entries()) near(vectors[at], unit(text));
    for (const one of server.asked) {
      assert.is(one.model, "small model");
      assert.is(one.authorization, "Bearer key-of-the-test");
      assert.is(one.dimensions, undefined);
    }
    assert.is(embedder.trouble(), "");
  }),
);

well("has no more requests under way than it may", () =>
  during(
    async ({ server, embedder }) => {
      // Nobody is answered before three are there.
      const waiting: (() => void)[] = [];
      server.always((request, response) => {
        waiting.push(() => answer(response, wellAnswered(request, dimensions)));
        if (waiting.length === 3) for (const go of waiting.splice(0)) go();
      });
      await embedder.embed(texts(24), "passage", never);
      assert.is(server.asked.length, 24);
      assert.is(server.mostOpen, 3);
    },
    { batch: 1, concurrency: 3 },
  ),
);

well("puts prefixes in front, and asks for dimensions when it is to shorten", () =>
  during(
    async ({ server, embedder }) => {
      await embedder.embed(["why"], "query", never);
      await embedder.embed(["because"], "passage", never);
      assert.equal(
        server.asked.map(({ input, dimensions: asked }) => [input[0], asked]),
        [
          ["query: why", dimensions],
          ["passage: because", dimensions],
        ],
      );
    },
    { queryPrefix: "query:", passagePrefix: "passage:", shorten: true },
  ),
);

well("does not send text that says nothing, and does not ask for no text", () =>
  during(async ({ server, embedder }) => {
    assert.equal(await embedder.embed([], "passage", never), []);
    const [blank] = await embedder.embed([" \n"], "passage", never);
    assert.ok(blank!.every((value) => value === 0));
    assert.is(server.asked.length, 0);
  }),
);

well("names model, prefix and dimensions in its fingerprint, without spaces, and not the server", () =>
  during(
    async ({ embedder, server }) => {
      assert.is(embedder.fingerprint, "http:small%20model+passage%3A/16/unit");
      assert.ok(!embedder.fingerprint.includes(new URL(server.url).host));
    },
    { passagePrefix: "passage:" },
  ),
);

well("spreads requests over the minute, in their order", () =>
  during(
    async ({ embedder, clock, server }) => {
      await embedder.embed(texts(8), "passage", never);
      assert.is(server.asked.length, 8);
      // Two at once, then one every half second of a hundred and twenty a minute.
      assert.ok(Math.abs(clock.time - Date.UTC(2026, 0, 1) - 3_000) <= 500, `${clock.slept.join()}`);
    },
    { batch: 1, concurrency: 2, requestsPerMinute: 120 },
  ),
);

const bad = suite("http embedder and a server that misbehaves");

bad("asks again after 429, 500, 503 and cut connections", () =>
  during(async ({ server, embedder, clock, errors }) => {
    server.next(status(500), status(503), cutOff, cutInside);
    const [vector] = await embedder.embed(["some text"], "passage", never);
    near(vector, unit("some text"));
    assert.is(server.asked.length, 5);
    // Deno's client asks again by itself when a connection ends without an answer: it then fails once less here.
    assert.ok(errors.length >= 3 && errors.every((code) => code === "unavailable"), errors.join());
    assert.equal(clock.slept, [500, 1_500, 4_500, 13_500].slice(0, errors.length));
  }),
);

bad("waits as long as Retry-After says, in seconds or as a date, with all requests", () =>
  during(async ({ server, embedder, clock }) => {
    const began = clock.time;
    server.next(status(429, { "retry-after": "7" }));
    await embedder.embed(["a"], "passage", never);
    assert.is(clock.time - began, 7_000);
    server.next(status(503, { "retry-after": new Date(clock.time + 30_000).toUTCString() }));
    await embedder.embed(["b"], "passage", never);
    assert.ok(Math.abs(clock.time - began - 37_000) <= 1_000);
    server.next(status(429, { "retry-after": "soon" }));
    await embedder.embed(["c"], "passage", never);
    assert.is(clock.slept.at(-1), 500);
  }),
);

bad("does not wait longer than anyone would: a search not a second, an ingest not two minutes", () =>
  during(async ({ server, embedder, clock }) => {
    server.next(status(429, { "retry-after": "5" }));
    const fault = await refused(embedder.embed(["a question"], "query", never), /too often/);
    assert.is(fault.retryAfterMs, 5_000);
    server.next(status(429, { "retry-after": "86400" }));
    await refused(embedder.embed(["a passage"], "passage", never), /too often/);
    assert.equal(clock.slept, []);
  }),
);

bad("gives up on a server that stays down, and says what to look at", () =>
  during(async ({ server, embedder }) => {
    server.always(cutOff);
    await refused(embedder.embed(["a"], "passage", never), /can't be reached: check KM_EMBEDDER_URL/);
    assert.ok(server.asked.length >= 6, `${server.asked.length}`);
    assert.match(embedder.trouble(), /can't be reached/);
    server.always(undefined);
    await embedder.embed(["a"], "passage", never);
    assert.is(embedder.trouble(), "");
  }),
);

bad("ends an attempt that takes too long", () =>
  during(
    async ({ server, embedder }) => {
      server.next(silent);
      const [vector] = await embedder.embed(["slow"], "passage", never);
      near(vector, unit("slow"));
      server.always(silent);
      await refused(embedder.embed(["slower"], "query", never), /did not answer within 30 ms/);
    },
    { patience: { passage: { attemptMs: 200 }, query: { attemptMs: 30 } } },
  ),
);

for (const [name, misbehaviour, message] of [
  ["the key is refused", status(401), /refused the key .401.: check KM_EMBEDDER_API_KEY/],
  ["there is no such path", status(404), /404: check KM_EMBEDDER_URL and KM_EMBEDDER_MODEL/],
  ["the request is refused", status(400), /400/],
  ["it is sent elsewhere", status(302, { location: "http://example.invalid/" }), /302|answered|reached/],
  ["a vector is missing", says({ data: [] }), /gave 0 vectors for 1 texts/],
  ["there are vectors too many", says({ data: [{ embedding: [1] }, { embedding: [1] }] }), /gave 2 vectors for 1/],
  ["dimensions are wrong", says({ data: [{ index: 0, embedding: [1, 2, 3] }] }), /3 dimensions, not 16: set KM_/],
  ["a number is none", says(`{"data":[{"embedding":[${"null,".repeat(15)}1]}]}`), /not a finite number/],
  ["a number is endless", says(`{"data":[{"embedding":[${"1e999,".repeat(15)}1]}]}`), /not a finite number/],
  ["a number is text", says({ data: [{ embedding: new Array(16).fill("1") }] }), /not a finite number/],
  ["the index is out of range", says({ data: [{ index: 7, embedding: new Array(16).fill(1) }] }), /numbered/],
  ["a vector is base64", says({ data: [{ index: 0, embedding: "AAAA" }] }), /other than a list of numbers/],
  ["there is no list", says({ error: "overloaded" }), /without a list of embeddings/],
  ["it is null", says("null"), /without a list of embeddings/],
  ["entries are null", says({ data: [null] }), /without a list of embeddings/],
] as const) {
  bad(`refuses at once: ${name}`, () =>
    during(async ({ server, embedder }) => {
      server.always(misbehaviour);
      await refused(embedder.embed(["text"], "passage", never), message);
      assert.is(server.asked.length, 1);
    }),
  );
}

bad("asks again when an answer is not JSON, and says so when it stays so", () =>
  during(async ({ server, embedder }) => {
    server.next(says("<html>starting</html>"));
    near((await embedder.embed(["x"], "passage", never))[0], unit("x"));
    server.always(says("NaN"));
    await refused(embedder.embed(["y"], "passage", never), /not JSON/);
  }),
);

bad("stops reading an answer that has no end", () =>
  during(async ({ server, embedder }) => {
    let sent = 0;
    server.next((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = () => {
        if (response.destroyed || sent > 64 * 1_048_576) return;
        sent += 65_536;
        response.write(" ".repeat(65_536), more);
      };
      more();
    });
    await refused(embedder.embed(["text"], "passage", never), /more than the \d+ bytes/);
    assert.ok(sent < 32 * 1_048_576, `${sent} bytes were read`);
  }),
);

bad("goes on where it failed: what was answered is not asked for again", () =>
  during(
    async ({ server, embedder }) => {
      const asked = texts(12);
      let good = 0;
      server.always((request, response) => {
        if (++good > 2) status(401)(request, response);
        else answer(response, wellAnswered(request, dimensions));
      });
      await refused(embedder.embed(asked, "passage", never), /refused the key/);
      server.always(undefined);
      const before = server.asked.length;
      const vectors = await embedder.embed(asked, "passage", never);
      for (const [at, text] of asked.entries()) near(vectors[at], unit(text));
      const again = server.asked.slice(before).flatMap(({ input }) => input);
      assert.equal(again, asked.slice(8));
    },
    { batch: 4, concurrency: 1 },
  ),
);

bad("lets go when the caller does, and once closed", () =>
  during(async ({ server, embedder }) => {
    const caller = new AbortController();
    server.always(() => caller.abort());
    await refused(embedder.embed(["text"], "passage", caller.signal), /cancelled/, "cancelled");
    server.always(() => void embedder.close());
    await refused(embedder.embed(["text"], "passage", never), /stopping/);
    await refused(embedder.embed(["text"], "query", never), /stopping/);
  }),
);

bad("takes nothing but vectors, whatever JSON comes", () =>
  during(
    async ({ server, embedder }) => {
      await fc.assert(
        fc.asyncProperty(fc.json(), async (body) => {
          server.always(says(body));
          const [vector] = await embedder.embed(["text"], "query", never).catch((error: unknown) => {
            assert.instance(error, Fault);
            return [new Float32Array(dimensions)];
          });
          assert.is(vector!.length, dimensions);
        }),
        { numRuns: 100 },
      );
    },
    { patience: { query: { attempts: 1 } } },
  ),
);

bad("refuses dimensions that no model has", async () => {
  for (const wrong of [0, 7, 4_097, 1.5, Number.NaN]) {
    const config = { url: "http://127.0.0.1:1/", model: "m", dimensions: wrong };
    const meter = { add() {}, observe() {}, set() {} } as unknown as Meter;
    await refused(openHttpEmbedder(config, { clock: new TestClock(), meter }, never), /DIMENSIONS/, "invalid");
  }
});

well.run();
bad.run();
