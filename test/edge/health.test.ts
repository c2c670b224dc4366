import { ClientError, Status } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startEdge } from "../support/edge-harness.ts";

const test = suite("edge: health");

const services = ["Audit", "Graph", "Ingest", "Search"].map((name) => `knowledge.v1.${name}Service`);

test("check and list answer without a token, per service and for the server", async () => {
  const edge = await startEdge();
  try {
    const health = edge.health();
    for (const service of ["", ...services]) assert.is((await health.check({ service })).status, 1, service);
    const { statuses } = await health.list({});
    assert.equal(Object.keys(statuses).sort(), ["", ...services]);
    edge.server.setServing(false, services[1]);
    assert.is((await health.check({ service: services[1]! })).status, 2);
    assert.is((await health.check({})).status, 1);
  } finally {
    await edge.close();
  }
});

test("check of an unknown name is NOT_FOUND, watch of one SERVICE_UNKNOWN", async () => {
  const edge = await startEdge();
  try {
    const health = edge.health();
    try {
      await health.check({ service: "knowledge.v1.Nothing" });
      assert.unreachable();
    } catch (error) {
      assert.instance(error, ClientError);
      assert.is((error as ClientError).code, Status.NOT_FOUND);
    }
    for await (const { status } of health.watch({ service: "knowledge.v1.Nothing" })) {
      assert.is(status, 3);
      break;
    }
  } finally {
    await edge.close();
  }
});

test("watch says the state now, each change once, and ends UNAVAILABLE when the server goes", async () => {
  const edge = await startEdge();
  try {
    const seen: number[] = [];
    let code: number | undefined;
    try {
      for await (const { status } of edge.health().watch({ service: services[3]! })) {
        seen.push(status);
        if (seen.length === 1) {
          edge.server.setServing(true, services[3]);
          edge.server.setServing(false, services[3]);
        } else if (seen.length === 2) edge.server.setServing(true, services[3]);
        else if (seen.length === 3) void edge.server.drain(new AbortController().signal);
      }
    } catch (error) {
      code = (error as ClientError).code;
    }
    assert.equal(seen.slice(0, 3), [1, 2, 1]);
    assert.is(code, Status.UNAVAILABLE);
  } finally {
    await edge.close();
  }
});

test("a prober's calls are not in the request log", async () => {
  const edge = await startEdge();
  try {
    await edge.health().check({});
    assert.equal(
      edge.telemetry.lines.filter((line) => line.message === "call" && line.level !== "debug"),
      [],
    );
  } finally {
    await edge.close();
  }
});

test.run();
