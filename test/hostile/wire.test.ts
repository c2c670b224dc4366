import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { connect as connectHttp2, type OutgoingHttpHeaders } from "node:http2";
import { connect as connectTcp } from "node:net";
import { gzipSync } from "node:zlib";
import { Status } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchRequest } from "../../gen/knowledge/v1/search_service.ts";
import { frame, type RawAnswer, rawCall, rawSession, searchPath } from "../support/edge-raw-call.ts";
import { type GatewayProcess, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

// Of the twenty checks: 1, 2, 3, 11, 12.

/** What no well-behaved client sends, against the real program: a status, a live server, and memory near its rest. */
const test = suite("hostile input on the wire");

const repo = makeRepo({ "one.md": "# One\n" });
repo.commit();
let gateway: GatewayProcess;
let port: number;
let rest: number;
/** What a bomb or a flood may leave beside the rest, bytes. */
const allowance = 100 * 1_048_576;

test.before(async () => {
  gateway = await startGatewayProcess({ sources: { one: repo.root }, env: { KM_INGEST_ON_START: "off" } });
  port = Number(gateway.address.slice(gateway.address.lastIndexOf(":") + 1));
  await works();
  rest = resident();
});
test.after(async () => {
  await gateway.stop();
  repo.remove();
});
test.after.each(async () => works());

/** The next call of an honest caller is answered. */
async function works(): Promise<void> {
  const session = rawSession(port);
  const call = rawCall(session, "/grpc.health.v1.Health/Check");
  call.write(frame(new Uint8Array()));
  call.end();
  assert.is((await call.answer).status, Status.OK);
  session.destroy();
}

/** The largest the program's memory got, or is, bytes; 0 where the system doesn't say. */
function resident(peak = false): number {
  try {
    const status = readFileSync(`/proc/${gateway.pid}/status`, "utf8");
    return Number(new RegExp(`${peak ? "VmHWM" : "VmRSS"}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

async function unary(bytes: Uint8Array, more: OutgoingHttpHeaders = {}, path = searchPath): Promise<RawAnswer> {
  const session = rawSession(port);
  const call = rawCall(session, path, more);
  call.write(bytes);
  call.end();
  try {
    return await call.answer;
  } finally {
    session.destroy();
  }
}

const message = SearchRequest.encode(SearchRequest.fromPartial({ query: "one" })).finish();
const zipped = gzipSync(message);
const flagged = (bytes: Uint8Array): Uint8Array => {
  const framed = frame(bytes);
  framed[0] = 1;
  return framed;
};
const gzip = { "grpc-encoding": "gzip" };

test("check 1: malformed, truncated and empty gzip, a flag without an encoding, an unknown encoding", async () => {
  assert.is((await unary(flagged(zipped), gzip)).status, Status.OK, "an honest gzip is taken");
  const cases: readonly (readonly [string, Uint8Array, OutgoingHttpHeaders])[] = [
    ["malformed", flagged(new Uint8Array(64).fill(7)), gzip],
    ["truncated", flagged(zipped.subarray(0, zipped.length - 8)), gzip],
    ["only its magic", flagged(zipped.subarray(0, 2)), gzip],
    ["the flag without an encoding", flagged(zipped), {}],
    ["an unknown encoding", flagged(zipped), { "grpc-encoding": "zstd-from-nowhere" }],
    ["no protobuf", frame(new Uint8Array(40).fill(255)), {}],
  ];
  for (const [name, bytes, header] of cases) {
    const { status } = await unary(bytes, header);
    assert.ok(status > 0, `${name}: ${status}`);
    assert.is.not(status, Status.UNKNOWN, name);
    await works();
  }
});

test("check 2: a compression bomb, an oversized message and a header that claims 2 GB", async () => {
  // Gzip members follow one another: 64 of 8 MB of zeros are 512 MB in half a megabyte.
  const member = gzipSync(Buffer.alloc(8 * 1_048_576), { level: 9 });
  const bomb = Buffer.concat(Array.from({ length: 64 }, () => member));
  assert.ok(bomb.length < 1_048_576);
  for (let round = 0; round < 5; round++) {
    assert.is((await unary(flagged(bomb), gzip)).status, Status.RESOURCE_EXHAUSTED, "the bomb");
  }
  assert.is((await unary(frame(new Uint8Array(5 * 1_048_576)))).status, Status.RESOURCE_EXHAUSTED, "5 MB");
  const claim = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
  assert.is((await unary(claim)).status, Status.RESOURCE_EXHAUSTED, "2 GB, it says");
  assert.ok(resident(true) - rest < allowance + 100 * 1_048_576, "at its largest");
  assert.ok(resident() - rest < allowance, `${(resident() - rest) / 1_048_576} MB beside the rest`);
});

test("check 3: malformed starts of streams", async () => {
  const session = rawSession(port);
  const wrongType = rawCall(session, searchPath, { "content-type": "text/html" });
  wrongType.cancel();
  await wrongType.answer.catch(() => {});
  const noBody = rawCall(session, searchPath);
  noBody.end();
  assert.ok((await noBody.answer).status !== Status.OK, "no message in a unary call");
  session.destroy();
  assert.ok((await unary(Buffer.concat([frame(message), frame(message)]))).status !== Status.OK, "two messages");
  for (const path of [
    "/__proto__/constructor",
    "/constructor/prototype",
    "/",
    "//",
    "/knowledge.v1.SearchService/__proto__",
  ]) {
    const { status, header } = await unary(frame(message), {}, path);
    assert.ok(status === Status.UNIMPLEMENTED || Number(header[":status"]) >= 400, `${path}: ${status}`);
  }
  // grpc-js does not look at the method: a PUT is answered as a POST, under the same token. No browser sends one here,
  // since the content type asks for leave first. What matters is that nothing breaks.
  await unary(frame(message), { ":method": "PUT" }).catch(() => undefined);
});

test("check 12: a header of 128 KB, more than 128 headers, and one that is 16 KB and a byte", async () => {
  const refused = async (header: OutgoingHttpHeaders): Promise<boolean> => {
    const answer = await unary(frame(message), header).catch(() => undefined);
    return answer === undefined || answer.status !== Status.OK || Number(answer.header[":status"]) >= 400;
  };
  assert.ok(await refused({ "x-large": "a".repeat(131_072) }), "128 KB");
  assert.ok(
    await refused(Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`x-${at}`, "a".repeat(100)]))),
    "200",
  );
  assert.ok(await refused({ "x-large": "a".repeat(16_385) }), "just too large");
});

test("check 12: a flood of CONTINUATION frames ends the connection, not the server", async () => {
  const before = resident();
  for (let round = 0; round < 3; round++) await continuationFlood();
  assert.ok(resident() - before < allowance, `${(resident() - before) / 1_048_576} MB more`);
});

/** HEADERS that never end, and CONTINUATION frames of 16 KB after it, until the server hangs up. */
function continuationFlood(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, "127.0.0.1");
    const frameOf = (type: number, flags: number, stream: number, payload: Buffer) => {
      const head = Buffer.alloc(9);
      head.writeUIntBE(payload.length, 0, 3);
      head.writeUInt8(type, 3);
      head.writeUInt8(flags, 4);
      head.writeUInt32BE(stream, 5);
      return Buffer.concat([head, payload]);
    };
    // A literal header field that is not indexed: name "a", value of 127 - 1 letters, again and again (RFC 7541, 6.2.2).
    const field = Buffer.concat([Buffer.from([0, 1, 97, 126]), Buffer.alloc(126, 98)]);
    const fields = Buffer.concat(Array.from({ length: 120 }, () => field));
    const timer = setTimeout(() => reject(new Error("the server took 64 MB of one header")), 20_000);
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve();
    };
    socket.on("error", end);
    socket.on("close", end);
    socket.resume();
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.write(frameOf(4, 0, 0, Buffer.alloc(0)));
    socket.write(frameOf(1, 0, 1, fields));
    let sent = 0;
    const more = () => {
      while (!socket.destroyed && sent < 4_096) {
        sent += 1;
        if (!socket.write(frameOf(9, 0, 1, fields))) return void socket.once("drain", more);
      }
    };
    more();
  });
}

test("check 11: a storm of calls opened and cancelled leaves other callers and memory alone", async () => {
  const before = resident();
  for (let round = 0; round < 4; round++) {
    const session = rawSession(port);
    session.setMaxListeners(0);
    for (let at = 0; at < 500; at++) {
      const call = rawCall(session, searchPath);
      call.write(frame(message));
      call.cancel();
    }
    const began = performance.now();
    await works();
    // A second or two on Deno with both cores busy; a storm that shuts others out does so for as long as it lasts.
    assert.ok(performance.now() - began < 20_000, "another session is answered meanwhile");
    session.destroy();
  }
  assert.ok(resident() - before < allowance, `${(resident() - before) / 1_048_576} MB more`);
  const text = await gateway.metrics();
  assert.match(text, /^km_plugin_healthy\{/m);
});

test("many connections that say nothing, half a preface or nonsense", async () => {
  const before = resident();
  const sockets = Array.from({ length: 200 }, (_, at) => {
    const socket = connectTcp(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.resume();
    if (at % 3 === 1) socket.write("PRI * HTTP/2.0\r\n");
    if (at % 3 === 2) socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(10));
    return socket;
  });
  await works();
  for (const socket of sockets) socket.destroy();
  assert.ok(resident() - before < allowance);
});

test("a session that only pings and changes settings is no one else's burden", async () => {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  await new Promise((resolve) => session.once("connect", resolve));
  for (let at = 0; at < 300; at++) {
    session.ping(() => {});
    // Node's own client has ten unanswered settings at most.
    if (at % 40 === 0) session.settings({ initialWindowSize: 65_535 + at });
  }
  await works();
  session.destroy();
});

test.run();
