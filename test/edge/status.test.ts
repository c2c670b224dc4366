import { ClientError } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault, type FaultCode, invalid } from "../../src/domain/mod.ts";
import { toInternalStatus, toStatus } from "../../src/edge/mod.ts";
import { readerToken, startEdge } from "../support/edge-harness.ts";
import { frame, rawCall, rawDetails, rawSession, readStatus, searchPath } from "../support/edge-raw-call.ts";

const test = suite("edge: statuses");

const table: readonly (readonly [code: FaultCode, status: number])[] = [
  ["invalid", 3],
  ["unauthenticated", 16],
  ["forbidden", 7],
  ["not-found", 5],
  ["conflict", 10],
  ["precondition", 9],
  ["exhausted", 8],
  ["unavailable", 14],
  ["deadline", 4],
  ["cancelled", 1],
  ["unimplemented", 12],
  ["internal", 13],
];

test("every fault code has its status and exactly one ErrorInfo", () => {
  for (const [code, status] of table) {
    const read = readStatus(toStatus(new Fault(code, "do this", { retryAfterMs: 1_500 }), "r").details);
    assert.is(read.code, status, code);
    assert.is(read.message, "do this");
    assert.is(read.details.filter((detail) => detail.name === "ErrorInfo").length, 1, code);
    const retry = read.details.find((detail) => detail.name === "RetryInfo");
    const delay = retry?.value["retryDelay"] as { seconds: unknown; nanos: unknown };
    assert.is(Number(delay.seconds), 1);
    assert.is(delay.nanos, 500_000_000);
  }
});

function detail(fault: Fault, name: string): Record<string, unknown> | undefined {
  return readStatus(toStatus(fault, "r").details).details.find((each) => each.name === name)?.value;
}

test("details fit the fault", () => {
  const violations = detail(invalid("filter.path_globs", "too many"), "BadRequest")?.["fieldViolations"];
  assert.match(JSON.stringify(violations), /"field":"filter.path_globs","description":"filter.path_globs: too many"/);
  const quota = detail(new Fault("exhausted", "slow down", { metadata: { subject: "env-reader" } }), "QuotaFailure");
  assert.match(JSON.stringify(quota), /"subject":"env-reader","description":"slow down"/);
  const fault = new Fault("not-found", "no such run", {
    metadata: { resource_type: "ingest run", resource_name: "r9" },
  });
  assert.is(detail(fault, "ResourceInfo")?.["resourceName"], "r9");
  const info = detail(new Fault("conflict", "busy", { reason: "RUN_ACTIVE", metadata: { run_id: "r1" } }), "ErrorInfo");
  assert.is(info?.["reason"], "RUN_ACTIVE");
  assert.equal(info?.["metadata"], { run_id: "r1", request_id: "r" });
  assert.is(detail(new Fault("internal", "x"), "RetryInfo"), undefined);
});

test("what is said is bounded, and text that is no text still travels", () => {
  const status = toStatus(
    new Fault("invalid", `\ud800${"é".repeat(5_000)}`, { metadata: { a: "x".repeat(5_000) } }),
    "r",
  );
  assert.ok(encodeURI(status.message).length < 8_192);
  assert.ok(status.details.byteLength < 4_096);
  assert.is(status.message.charCodeAt(0), 0xfffd);
});

test("an unknown throw tells its id and nothing else", async () => {
  const secret = "postgres://user:hunter2@db";
  const edge = await startEdge({
    search: {
      search: async () => {
        throw new TypeError(secret);
      },
    },
  });
  const session = rawSession(edge.port);
  const warnings: unknown[] = [];
  const onWarning = (warning: unknown) => void warnings.push(warning);
  process.on("warning", onWarning);
  try {
    const call = rawCall(session, searchPath, { authorization: `Bearer ${readerToken}`, "x-request-id": "id-7" });
    call.write(frame(new Uint8Array()));
    call.end();
    const answer = await call.answer;
    assert.is(answer.status, 13);
    assert.is(answer.header["x-request-id"], "id-7");
    assert.match(answer.message, /id-7/);
    const { details, message } = rawDetails(answer);
    assert.equal(
      details.map(({ name, value }) => [name, value["reason"], value["metadata"]]),
      [["ErrorInfo", "INTERNAL", { request_id: "id-7" }]],
    );
    assert.not.match(`${JSON.stringify(answer)}${message}`, "hunter2");
    assert.equal(warnings, [], "nothing goes to stderr past the log");
    const logged = edge.telemetry.lines.find((line) => line.level === "error" && line.fields["error"] !== undefined);
    assert.instance(logged?.fields["error"], TypeError);
    assert.is(logged?.fields["request_id"], "id-7");
  } finally {
    process.off("warning", onWarning);
    session.destroy();
    await edge.close();
  }
});

test("a fault in a stream arrives after its messages", async () => {
  const edge = await startEdge({
    ingest: {
      watchIngest: async function* () {
        yield {};
        throw new Fault("conflict", "the run was taken over");
      },
    },
    authRequired: false,
  });
  try {
    let count = 0;
    let error: unknown;
    try {
      for await (const _ of edge.ingest().watchIngest({ runId: "r" })) count += 1;
    } catch (thrown) {
      error = thrown;
    }
    assert.is(count, 1);
    assert.instance(error, ClientError);
    assert.is((error as ClientError).code, 10);
    assert.is((error as ClientError).details, "the run was taken over");
  } finally {
    await edge.close();
  }
});

test("toInternalStatus says the id", () => {
  assert.match(toInternalStatus("abc").message, /abc/);
});

test.run();
