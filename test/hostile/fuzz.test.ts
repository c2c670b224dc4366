import { Buffer } from "node:buffer";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GetArtifactRequest, SearchRequest } from "../../gen/knowledge/v1/search_service.ts";
import { openParser } from "../../src/adapters/tree-sitter/mod.ts";
import { ConfigError, describeVariables, readConfig } from "../../src/config/mod.ts";
import { Fault, openPage, sealPage, storedTokenId, unpackChunks } from "../../src/domain/mod.ts";
import { parseBearer } from "../../src/edge/bearer.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { toArtifactAsk, toSearchAsk } from "../../src/services/search/wire.ts";
import { describedMethods } from "../support/access-matrix.ts";
import { frame, rawCall, rawSession } from "../support/edge-raw-call.ts";
import { startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { useSeed } from "../support/use-seed.ts";

// Of the twenty checks: 5, 19.

/** Any bytes give a Fault or a value, never a crash and never a hang. */
const test = suite("fuzzing");
useSeed();
const never = new AbortController().signal;

/** What `work` gives; a Fault counts as an answer. @throws whatever else it throws */
async function faultOr<T>(work: () => T | Promise<T>): Promise<T | Fault> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

const bytes = fc.uint8Array({ maxLength: 400 });
const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("", "\0", "\ud800", "../..", "{a,b}", "**/*"),
);
const strings = fc.array(text, { maxLength: 4 });
const number = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31), Number.MAX_SAFE_INTEGER));

test("the filter language and every field of a search and of an artifact", () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        query: text,
        pageSize: number,
        pageToken: text,
        mode: number,
        view: number,
        profile: text,
        maxContentBytes: number,
        minGeneration: fc.dictionary(text, number, { maxKeys: 3 }),
        filter: fc.record({
          sources: strings,
          artifactTypes: fc.array(number, { maxLength: 3 }),
          languages: strings,
          pathPrefixes: strings,
          pathGlobs: strings,
          subsystems: strings,
          tags: strings,
          symbolKinds: fc.array(number, { maxLength: 3 }),
        }),
        path: text,
        source: text,
      }),
      async ({ path, source, ...request }) => {
        await faultOr(() => toSearchAsk(SearchRequest.fromPartial(request as never)));
        await faultOr(() => toArtifactAsk(GetArtifactRequest.fromPartial({ path, source } as never)));
      },
    ),
    { numRuns: 500 },
  ));

test("page tokens: random, and real ones that were changed", () => {
  const key = new Uint8Array(32).fill(3);
  const scope = { method: "Search", args: { query: "x" }, principal: "p" };
  const changed = fc.tuple(fc.nat(), fc.nat(255)).map(([at, to]) => async () => {
    const token = Buffer.from(await sealPage(key, scope, { at: [], batch: 1, index: 2 }), "base64url");
    const same = token[at % token.length] === to;
    token[at % token.length] = to;
    return { token: token.toString("base64url"), same };
  });
  const random = text.map((token) => async () => ({ token, same: false }));
  return fc.assert(
    fc.asyncProperty(fc.oneof(changed, random), async (make) => {
      const { token, same } = await make();
      const opened = await faultOr(() => openPage(key, scope, token));
      assert.is(opened instanceof Fault, !same);
    }),
    { numRuns: 500 },
  );
});

test("tokens and the header that brings them", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          text,
          bytes,
          text.map((rest) => `Bearer ${rest}`),
        ),
        { maxLength: 3 },
      ),
      (values) => {
        const bearer = parseBearer(values);
        if ("token" in bearer) storedTokenId(bearer.token);
        for (const value of values) if (typeof value === "string") storedTokenId(value);
      },
    ),
    { numRuns: 1_000 },
  ));

test("the configuration: every variable with any text is taken, or refused by its name and without its secret", () => {
  const names = describeVariables().map(({ name }) => name);
  const nearly = fc.constantFrom(
    "on",
    "0",
    "-1",
    "1e9",
    "10s",
    "a=b",
    "127.0.0.1:0",
    "[::]:1",
    "redis://x",
    "99999999999999999999",
    "/",
    "https://x",
  );
  return fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names, "KM_X"), fc.oneof(text, nearly), { maxKeys: 4 }), (env) => {
      try {
        readConfig(env, "/work/anywhere");
      } catch (error) {
        assert.instance(error, ConfigError);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("the file of variables: any lines are taken, or named by their number without what stands in them", () => {
  const file = join(temporaryFolder(), "env");
  const line = fc.oneof(
    text,
    fc.tuple(fc.constantFrom("KM_READER_TOKEN", "export KM_X", "KM_ENV_FILE", "="), text).map((both) => both.join("=")),
  );
  return fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      writeFileSync(file, lines.join("\n"));
      try {
        readConfig({ KM_ENV_FILE: file }, "/work/anywhere");
      } catch (error) {
        assert.instance(error, ConfigError);
      }
    }),
    { numRuns: 300 },
  );
});

const fixtures = projectFile("test/fixtures/chunking/");
const samples = readdirSync(fixtures).map((name) => ({ name, content: readFileSync(join(fixtures, name)) }));

test("every chunker: real files cut off, mixed up and spoilt, and plain noise under every name", async () => {
  const parser = await openParser({ workers: 1, parseMs: 3_000 }, never);
  const sample = fc.constantFrom(...samples);
  const spoilt = fc
    .tuple(sample, sample, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }), fc.nat(), fc.nat())
    .map(([{ name, content }, other, changes, cut, splice]) => {
      const copy = Buffer.concat([
        content.subarray(0, splice % content.length),
        other.content,
        content.subarray(splice % content.length),
      ]);
      for (const [at, to] of changes) copy[at % copy.length] = to;
      return { source: "s", path: `src/${name}`, bytes: new Uint8Array(copy.subarray(0, cut % copy.length)) };
    });
  const truncated = fc.tuple(sample, fc.nat()).map(([{ name, content }, cut]) => ({
    source: "s",
    path: name,
    bytes: new Uint8Array(content.subarray(0, cut % content.length)),
  }));
  const noise = fc
    .tuple(sample, fc.uint8Array({ maxLength: 2_000 }))
    .map(([{ name }, some]) => ({ source: "s", path: name, bytes: some }));
  try {
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt, truncated, noise), async (input) => {
        const { length } = input.bytes;
        const parsed = await parser.parse(input, AbortSignal.timeout(30_000));
        if (parsed.skipped) return assert.match(parsed.reason, /^[A-Z_0-9]+$/);
        assert.ok(length === 0 || parsed.lines > 0);
        for (const { lines } of unpackChunks(parsed.chunks).chunks)
          assert.ok(lines.start >= 1 && lines.end <= parsed.lines && lines.start <= lines.end);
      }),
      { numRuns: 150 },
    );
  } finally {
    await parser.close();
  }
});

test("every method, over the wire, with any bytes: a status that is not a crash's, and the server answers on", async () => {
  const repo = makeRepo({ "one.md": "# One\n" });
  repo.commit();
  const gateway = await startGatewayProcess({ sources: { one: repo.root } });
  const session = rawSession(Number(gateway.address.slice(gateway.address.lastIndexOf(":") + 1)));
  /** Fields of a message that look like ones: a tag, and a length or a number after it. */
  const field = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 2), fc.uint8Array({ maxLength: 20 }))
    .map(([id, wire, some]) =>
      wire === 0 ? [(id << 3) | 0, (some[0] ?? 0) & 0x7f] : [(id << 3) | 2, some.length, ...some],
    );
  const body = fc.oneof(
    bytes,
    fc.array(field, { maxLength: 6 }).map((fields) => new Uint8Array(fields.flat())),
  );
  /** Framed as it should be, or as it comes: a length that lies, a frame that is cut off. */
  const sent = fc.tuple(body, fc.boolean()).map(([some, framed]) => (framed ? frame(some) : some));
  try {
    for (const { path, responseStream } of describedMethods()) {
      // What waits for news waits no longer than this; all else is done sooner.
      const tail = responseStream && /Watch/.test(path);
      await fc.assert(
        fc.asyncProperty(sent, async (some) => {
          const call = rawCall(session, path, { "grpc-timeout": tail ? "100m" : "15S" });
          if (some.length > 0) call.write(some);
          call.end();
          const { status, message } = await call.answer;
          assert.ok(status >= 0, `${path}: a status came`);
          assert.is.not(status, 2, `${path}: UNKNOWN: ${message}`);
          assert.ok(status !== 4 || tail, `${path}: ${message}`);
          const unreadable = /deserializ|decod/i;
          assert.ok(status !== 13 || unreadable.test(message), `${path}: INTERNAL: ${message}`);
        }),
        { numRuns: tail ? 5 : 10 },
      );
    }
    const { hits } = await gateway.clients().search.search({ query: "one" });
    assert.ok(hits.length <= 1, "it answers on");
    assert.is(await gateway.health(), 1);
  } finally {
    session.destroy();
    const { code } = await gateway.stop();
    repo.remove();
    assert.is(code, 0);
  }
});

test.run();
