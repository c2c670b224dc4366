import { createServer } from "node:http";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../src/domain/mod.ts";
import { listen } from "../../src/sidecar/listen.ts";

const test = suite("binding a port");

test("given up while it binds, it says so, and nothing listens", async () => {
  for (let turns = 0; turns < 4; turns++) {
    const server = createServer();
    const start = new AbortController();
    const bound = listen(server, "127.0.0.1:0", start.signal).then(
      () => undefined,
      (error: unknown) => error,
    );
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    start.abort();
    const fault = await bound;
    // In time to be bound, it is the caller's to close.
    if (fault === undefined) server.close();
    else assert.is((fault as Fault).code, "cancelled");
    if (server.listening) await new Promise((resolve) => server.once("close", resolve));
    assert.not(server.listening);
  }
});

test("given up before, it binds nothing", async () => {
  const server = createServer();
  const fault = await listen(server, "127.0.0.1:0", AbortSignal.abort()).catch((error: unknown) => error);
  assert.instance(fault, Fault);
  assert.not(server.listening);
});

test.run();
