import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../src/domain/mod.ts";
import { definePlugin, type Kernel, startKernel, token, unhealthy } from "../../src/kernel/mod.ts";
import { createHealthSource, SIDECAR, sidecarPlugin } from "../../src/sidecar/mod.ts";
import { openTelemetry, telemetryPlugin } from "../../src/telemetry/mod.ts";
import { rawExchange } from "../support/http.ts";

const sick = { reason: "" };
const PATIENT = token<string>("patient");
const patient = definePlugin({
  name: "patient",
  provides: PATIENT,
  needs: {},
  config: () => undefined,
  start: async () => ({
    value: "",
    health: async () => (sick.reason === "" ? { ok: true as const } : unhealthy(sick.reason)),
  }),
});

interface Running {
  readonly url: string;
  readonly address: string;
  readonly kernel: Kernel;
  attach(): void;
}

async function running(
  work: (sidecar: Running) => Promise<void>,
  address = "127.0.0.1:0",
  token?: string,
  lines: string[] = [],
): Promise<void> {
  sick.reason = "";
  const telemetry = openTelemetry({
    logFormat: "json",
    logLevel: "info",
    version: "0",
    runtime: "t",
    sources: [],
    write: (line) => void lines.push(line),
  });
  const health = createHealthSource();
  const more = async () => ["# TYPE grpc_server_started_total counter\n", "grpc_server_started_total 1\n"];
  const kernel = await startKernel({
    plugins: [
      telemetryPlugin(telemetry),
      sidecarPlugin({ address, metrics: [more, () => telemetry.metrics.pieces()], health, token }),
      patient,
    ],
    config: {},
  });
  const bound = kernel.get(SIDECAR).address;
  try {
    await work({
      url: `http://${bound}`,
      address: bound,
      kernel,
      attach: () => health.attach(() => kernel.health()),
    });
  } finally {
    await kernel.stop();
  }
}

/** Over a connection of its own, so that none is left open. */
async function get(
  url: string,
  method = "GET",
  more = {},
): Promise<{ status: number; body: string; headers: Headers }> {
  const response = await fetch(url, { method, headers: { connection: "close", ...more } });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

const sidecar = suite("sidecar");

/** Gives what asks the sidecar's thread to come down, as a fault in it would. */
function threadOf(work: () => Promise<unknown>): Promise<Worker> {
  const { postMessage } = Worker.prototype;
  return new Promise((resolve, reject) => {
    Worker.prototype.postMessage = function (this: Worker, ...sent: Parameters<typeof postMessage>) {
      resolve(this);
      return postMessage.apply(this, sent);
    };
    work()
      .catch(reject)
      .finally(() => {
        Worker.prototype.postMessage = postMessage;
      });
  });
}

sidecar("a thread that dies once it is bound is logged, and what asks for the gateway's health is told", async () => {
  const lines: string[] = [];
  await running(
    async ({ url, kernel }) => {
      const thread = await threadOf(() => get(`${url}/livez`));
      await thread.terminate();
      const health = await kernel.health();
      assert.equal(health["sidecar"], { ok: false, reason: "its thread died: restart the gateway" });
    },
    undefined,
    undefined,
    lines,
  );
  assert.match(lines.join(""), "the sidecar's thread died: metrics and probes are not answered until a restart");
});

sidecar("says which port it got", () =>
  running(async ({ address }) => {
    assert.match(address, /^127\.0\.0\.1:[1-9]\d+$/);
  }),
);

sidecar("serves the metrics of every registry as one text", () =>
  running(async ({ url }) => {
    const { status, body, headers } = await get(`${url}/metrics`);
    assert.is(status, 200);
    assert.is(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert.match(body, /^grpc_server_started_total 1$/m);
    assert.match(body, /^process_cpu_seconds_total /m);
    assert.match(body, /^km_build_info\{/m);
  }),
);

sidecar("is live, and not ready, until the kernel has started", () =>
  running(async ({ url, attach }) => {
    assert.is((await get(`${url}/livez`)).status, 200);
    const starting = await get(`${url}/readyz`);
    assert.is(starting.status, 503);
    assert.match(starting.body, "gateway: starting");
    attach();
    assert.is((await get(`${url}/readyz`)).status, 200);
  }),
);

sidecar("a sick plug-in makes it unready, by name, and never un-live; it recovers", () =>
  running(async ({ url, attach }) => {
    attach();
    sick.reason = "disk\nfull";
    const { status, body } = await get(`${url}/readyz`);
    assert.is(status, 503);
    assert.match(body, /^patient: disk full$/m);
    assert.is((await get(`${url}/livez`)).status, 200);
    assert.match((await get(`${url}/metrics`)).body, /^km_plugin_healthy\{plugin="patient"\} 0$/m);
    sick.reason = "";
    assert.is((await get(`${url}/readyz`)).status, 200);
    assert.match((await get(`${url}/metrics`)).body, /^km_plugin_healthy\{plugin="patient"\} 1$/m);
  }),
);

sidecar("is not ready while it drains, and still answers then", async () => {
  const telemetry = openTelemetry({
    logFormat: "json",
    logLevel: "silent",
    version: "0",
    runtime: "t",
    sources: [],
  });
  const health = createHealthSource();
  let seen = { status: 0, body: "" };
  const edge = definePlugin({
    name: "edge",
    provides: PATIENT,
    needs: { sidecar: SIDECAR },
    config: () => undefined,
    start: async ({ sidecar }) => ({
      value: "",
      drain: async () => {
        seen = await get(`http://${sidecar.address}/readyz`);
      },
      health: async () => ({ ok: true as const }),
    }),
  });
  const kernel = await startKernel({
    plugins: [telemetryPlugin(telemetry), sidecarPlugin({ address: "127.0.0.1:0", metrics: [], health }), edge],
    config: {},
  });
  health.attach(() => kernel.health());
  await kernel.stop();
  assert.is(seen.status, 503);
  assert.match(seen.body, "edge: stopping");
});

sidecar("knows three paths, GET and HEAD", () =>
  running(async ({ url }) => {
    for (const path of ["/", "/metrics/", "/../metrics/x", "/__proto__", "/debug"]) {
      assert.is((await get(`${url}${path}`)).status, 404, path);
    }
    const posted = await get(`${url}/metrics`, "POST");
    assert.is(posted.status, 405);
    assert.is(posted.headers.get("allow"), "GET, HEAD");
    const head = await get(`${url}/livez`, "HEAD");
    assert.is(head.status, 200);
    assert.is(head.body, "");
    assert.is((await get(`${url}/livez?verbose=1`)).status, 200);
  }),
);

sidecar("hostile requests are refused, and the next one is answered", () =>
  running(async ({ url, address }) => {
    const hostile = [
      "nonsense\r\n\r\n",
      `GET /livez HTTP/1.1\r\nhost: x\r\nbig: ${"x".repeat(10_000)}\r\n\r\n`,
      "GET http://[ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
      "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nGET /metrics HTTP/1.1\r\nhost: x\r\n\r\n",
    ];
    for (const request of hostile) {
      const answer = await rawExchange(address, request);
      assert.match(answer, /^(HTTP\/1\.1 4\d\d |$)/);
      assert.ok(answer.split("HTTP/1.1 ").length <= 2, "the body of a refused request was taken for another");
    }
    assert.is((await get(`${url}/livez`)).status, 200);
  }),
);

sidecar("a client that never ends its request does not hold a stop", async () => {
  let silent: Socket | undefined;
  await running(async ({ address }) => {
    const { hostname, port } = new URL(`http://${address}`);
    silent = connect(Number(port), hostname);
    silent.on("error", () => {});
    await new Promise<void>((resolve) => void silent?.write("GET /livez HTTP/1.1\r\n", () => resolve()));
    assert.is((await get(`http://${address}/livez`)).status, 200);
  });
  silent?.destroy();
});

sidecar("a failing registry is a 500 without its words", async () => {
  const lines: string[] = [];
  const telemetry = openTelemetry({
    logFormat: "json",
    logLevel: "info",
    version: "0",
    runtime: "t",
    sources: [],
    write: (line) => void lines.push(line),
  });
  const broken = () => Promise.reject(new Error("inner words"));
  const kernel = await startKernel({
    plugins: [
      telemetryPlugin(telemetry),
      sidecarPlugin({ address: "127.0.0.1:0", metrics: [broken], health: createHealthSource() }),
    ],
    config: {},
  });
  const { status, body } = await get(`http://${kernel.get(SIDECAR).address}/metrics`);
  await kernel.stop();
  assert.is(status, 500);
  assert.not.match(body, "inner words");
  assert.match(lines.join(""), "inner words");
});

sidecar("with a token, metrics and reasons are for its bearer; probes need none", () => {
  const token = "q8Zx-4tV_metrics-0123456789abcdef.~+/=";
  return running(
    async ({ url, attach }) => {
      attach();
      sick.reason = "disk full";
      const wrong = ["", "x", `${token}x`, token.slice(0, -1), token.toUpperCase(), `${token} ${token}`];
      const refused = [undefined, "Bearer", token, `Basic ${token}`, ...wrong.map((text) => `Bearer ${text}`)];
      for (const authorization of refused) {
        const more = authorization === undefined ? {} : { authorization };
        const metrics = await get(`${url}/metrics`, "GET", more);
        assert.is(metrics.status, 401, authorization);
        assert.is(metrics.headers.get("www-authenticate"), "Bearer");
        assert.not.match(metrics.body, /km_|patient/);
        const readyz = await get(`${url}/readyz`, "GET", more);
        assert.is(readyz.status, 503);
        assert.is(readyz.body, "not ready\n");
        assert.is((await get(`${url}/livez`, "GET", more)).status, 200);
      }
      for (const scheme of ["Bearer", "bearer", "BEARER "]) {
        const more = { authorization: `${scheme} ${token}` };
        assert.match((await get(`${url}/metrics`, "GET", more)).body, /^km_build_info\{/m);
        assert.match((await get(`${url}/readyz`, "GET", more)).body, /^patient: disk full$/m);
      }
    },
    "127.0.0.1:0",
    token,
  );
});

sidecar("a port in use is refused with its address and the variable to change", async () => {
  const rival = createServer();
  await new Promise<void>((resolve) => void rival.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(rival.address() as AddressInfo).port}`;
  try {
    await running(async () => {}, address);
    assert.unreachable();
  } catch (error) {
    const { message, cause } = error as Error;
    assert.match(message, `${address} is in use by another process; set KM_METRICS_ADDRESS`);
    assert.is(cause instanceof Fault && cause.code, "precondition");
  } finally {
    rival.close();
  }
});

sidecar.run();
