import { once } from "node:events";
import { existsSync } from "node:fs";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { ClientError, Status } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HealthCheckResponse_ServingStatus as Serving } from "../../gen/grpc/health/v1/health.ts";
import { ingest, launchGateway, startGatewayProcess, temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

// Of the twenty checks: 15.

const test = suite("stopping the gateway");
const repo = makeRepo({ "docs/tide.md": "# Tide\n\nThe water rises twice a day.\n" });
const sources = { harbour: repo.root };
test.after(() => repo.remove());
/** What an HTTP/2 client says first: the preface and empty settings. */
const http2Opening = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");

test("SIGTERM under load: health flips first, every accepted call is answered, the exit is clean", async () => {
  const gateway = await startGatewayProcess({ sources });
  const clients = gateway.clients();
  await ingest(clients);
  assert.is(await gateway.health(), Serving.SERVING);
  assert.is(await gateway.page("/readyz"), 200);
  assert.is(await gateway.page("/livez"), 200);

  // Callers that ask again as soon as they are answered, until they are refused.
  let answered = 0;
  const refusals: ClientError[] = [];
  const caller = async () => {
    while (refusals.length === 0) {
      try {
        const { hits } = await clients.search.search({ query: "how often does the water rise" });
        assert.is(hits.length, 1);
        answered++;
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        refusals.push(error);
      }
    }
  };
  const callers = Array.from({ length: 8 }, caller);
  while (answered < 50) await new Promise((resolve) => setImmediate(resolve));

  gateway.signal("SIGTERM");
  const signalled = performance.now();
  while ((await gateway.health()) === Serving.SERVING) assert.ok(performance.now() - signalled < 10_000);
  assert.is(refusals.length, 0, "NOT_SERVING is said while calls are still taken");
  assert.is(await gateway.health("knowledge.v1.SearchService"), Serving.NOT_SERVING);
  assert.is(await gateway.page("/readyz"), 503);
  const before = answered;
  await Promise.all(callers);
  assert.ok(answered > before, "calls were answered after health had flipped");
  for (const refusal of refusals) assert.is(refusal.code, Status.UNAVAILABLE, refusal.message);

  const { code, signal } = await gateway.ended;
  assert.equal([code, signal], [0, null]);
  assert.ok(performance.now() - signalled < 30_000, "within the drain budget and what the stops may take");
});

test("a second signal exits at once", async () => {
  const gateway = await startGatewayProcess({ sources, env: { KM_DRAIN_BUDGET: "5m" } });
  const { runs } = await gateway.clients().ingest.startIngest({});
  // A tail that would be waited for, were it not for the second signal.
  const tail = gateway.clients().ingest.watchIngest({ runId: runs[0]?.runId ?? "" });
  await tail[Symbol.asyncIterator]().next();
  gateway.signal("SIGTERM");
  let health = await gateway.health();
  while (health === Serving.SERVING) health = await gateway.health();
  gateway.signal("SIGTERM");
  const { code, signal } = await gateway.ended;
  assert.equal([code, signal], [1, null]);

  // What it left behind is no obstacle.
  const next = await startGatewayProcess({ sources, statePath: gateway.statePath });
  await ingest(next.clients());
  assert.is((await next.clients().search.search({ query: "water" })).hits.length, 1);
  assert.is((await next.stop()).code, 0);
});

test("peers that are silent, read nothing or never close their end hold no stop up", async () => {
  const gateway = await startGatewayProcess({ sources, env: { KM_DRAIN_BUDGET: "1s" } });
  const [host = "", port = ""] = gateway.address.split(":");
  const sockets: Socket[] = [];
  const sessions: ClientHttp2Session[] = [];
  for (let at = 0; at < 140; at++) {
    if (at % 4 < 3) {
      const socket = connect({ host, port: Number(port), allowHalfOpen: true });
      socket.on("error", () => {});
      sockets.push(socket);
      await once(socket, "connect");
      if (at % 4 > 0) socket.write(http2Opening);
      if (at % 4 === 1) socket.resume();
    } else {
      const session = connectHttp2(`http://${gateway.address}`);
      session.on("error", () => {});
      sessions.push(session);
      await once(session, "remoteSettings");
      // A tail that nobody reads: at % 8 === 3 leaves the session idle.
      if (at % 8 === 7) {
        const headers = { ":method": "POST", ":path": "/grpc.health.v1.Health/Watch" };
        const stream = session.request({ ...headers, "content-type": "application/grpc", te: "trailers" });
        stream.on("error", () => {});
        stream.end(Buffer.alloc(5));
        await once(stream, "response");
      }
    }
  }
  try {
    gateway.signal("SIGTERM");
    const { code, signal, stderr } = await gateway.ended;
    assert.equal([code, signal, stderr], [0, null, ""]);
  } finally {
    for (const one of [...sockets, ...sessions]) one.destroy();
  }
});

test("SIGINT, a person's Ctrl-C, stops in order and says what is waited for", async () => {
  const gateway = await startGatewayProcess({ sources });
  gateway.signal("SIGINT");
  const { code, signal, stderr } = await gateway.ended;
  assert.equal([code, signal], [0, null]);
  assert.match(stderr, "Ctrl-C again ends at once");
});

test("a signal while starting ends it in order", async () => {
  const statePath = temporaryFolder();
  const gateway = launchGateway({ statePath, sources });
  let over = false;
  void gateway.ended.then(() => {
    over = true;
  });
  while (!over && !existsSync(join(statePath, "lock"))) await new Promise((resolve) => setTimeout(resolve, 1));
  gateway.signal("SIGTERM");
  const { code, signal } = await gateway.ended;
  assert.equal([code, signal], [0, null]);
  assert.not(existsSync(join(statePath, "lock")));
  assert.not(existsSync(join(statePath, "serving.json")));
});

test.run();
