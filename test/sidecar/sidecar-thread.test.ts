import { createServer } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../src/domain/mod.ts";
import { text } from "../../src/sidecar/answers.ts";
import { startSidecarThread } from "../../src/sidecar/sidecar-thread.ts";
import { openTelemetry } from "../../src/telemetry/mod.ts";

const fine = async () => text(200, "ok");
const answers = { "/metrics": fine, "/livez": fine, "/readyz": fine };

function logged() {
  const lines: string[] = [];
  const options = { logFormat: "json", logLevel: "info", version: "0", runtime: "t", sources: [] } as const;
  return { lines, log: openTelemetry({ ...options, write: (line) => void lines.push(line) }).log };
}

async function failed(start: Promise<unknown>): Promise<Fault> {
  const error = await start.then(
    () => assert.unreachable("it started"),
    (error: unknown) => error,
  );
  assert.instance(error, Fault);
  return error as Fault;
}

/** Binds and lets go again: the port it got, or the error's code. */
function bound(port: number): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    server.listen(port, "127.0.0.1", () => {
      const { port: got } = server.address() as { port: number };
      server.close(() => resolve(got));
    });
  });
}

const test = suite("the sidecar's thread");

test("given up before or while it starts, it says so, and nothing listens", async () => {
  const port = Number(await bound(0));
  const data = { address: `127.0.0.1:${port}`, token: undefined };
  assert.is((await failed(startSidecarThread(data, answers, logged().log, AbortSignal.abort()))).code, "cancelled");
  const given = new AbortController();
  const start = startSidecarThread(data, answers, logged().log, given.signal);
  given.abort();
  assert.is((await failed(start)).code, "cancelled");
  assert.is(await bound(port), port);
});

test("a stop frees the port", async () => {
  const data = { address: "127.0.0.1:0", token: undefined };
  const thread = await startSidecarThread(data, answers, logged().log, new AbortController().signal);
  const port = Number(thread.address.split(":")[1]);
  assert.is(await bound(port), "EADDRINUSE");
  await thread.stop();
  assert.is(await bound(port), port);
  assert.is(thread.death(), undefined);
});

test("one that dies as it starts is told and logged with its cause", async () => {
  const { lines, log } = logged();
  const data = { address: "127.0.0.1:99999", token: undefined };
  const fault = await failed(startSidecarThread(data, answers, log, new AbortController().signal));
  assert.is(fault.code, "unavailable");
  assert.match(String(fault.cause), /port/i);
  assert.match(lines.join(""), "the sidecar's thread died");
});

test.run();
