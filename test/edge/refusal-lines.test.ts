import { createClientFactory } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServerReflectionDefinition } from "../../gen/grpc/reflection/v1/reflection.ts";
import { manualClock } from "../../src/adapters/memory/mod.ts";
import { Fault } from "../../src/domain/mod.ts";
import { refusalLines, refusalLinesPerWindow } from "../../src/edge/refusal-lines.ts";
import {
  adminToken,
  HandTimers,
  type Line,
  metadata,
  Recorder,
  readerToken,
  startEdge,
  systemClock,
} from "../support/edge-harness.ts";

const test = suite("edge: the log in a flood of refused calls");

test("a trickle has all its lines; of a flood some are written, and the others are a number", async () => {
  const clock = manualClock();
  const timers = new HandTimers();
  const telemetry = new Recorder();
  const lines = refusalLines(telemetry.log, clock, timers);
  let written = 0;
  const refuse = (times: number, code = "UNAUTHENTICATED") => {
    for (let i = 0; i < times; i += 1) lines.line(code, () => written++);
  };
  refuse(refusalLinesPerWindow);
  assert.is(written, refusalLinesPerWindow);
  refuse(50_000);
  assert.is(written, refusalLinesPerWindow);
  assert.equal(telemetry.lines, []);
  timers.fire(() => true);
  assert.equal(
    telemetry.lines.map(({ fields }) => fields["calls"]),
    [50_000],
  );
  refuse(3, "RESOURCE_EXHAUSTED");
  assert.is(written, refusalLinesPerWindow + 3, "each status has lines of its own");
  await clock.advance(60_000);
  refuse(2);
  assert.is(written, refusalLinesPerWindow + 5, "the next minute has its lines");
  timers.fire(() => true);
  assert.is(telemetry.lines.length, 1, "nothing is told twice");
});

test("strangers, forbidden calls and spent quotas in their thousands leave a few hundred lines each", async () => {
  const quota = { points: 1, windowMs: 60_000, burst: 0 };
  let now = 1_700_000_000_000;
  const clock = { ...systemClock, now: () => now };
  const edge = await startEdge({ quota: { read: quota, manage: quota }, clock, search: { search: async () => ({}) } });
  // Eight in each of forty seconds: who is refused more often is kept waiting.
  const often = async (ask: () => Promise<unknown>) => {
    for (let second = 0; second < 40; second += 1) {
      await Promise.allSettled(Array.from({ length: 8 }, ask));
      now += 1_000;
    }
  };
  try {
    await often(() => edge.search().search({}));
    await often(() => edge.ingest(readerToken).startIngest({}));
    await often(() => edge.search(readerToken).search({}));
  } finally {
    await edge.close();
  }
  for (const code of ["UNAUTHENTICATED", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED"]) {
    const lines = edge.telemetry.lines.filter(({ fields }) => fields["code"] === code && "method" in fields);
    assert.is(lines.length, refusalLinesPerWindow, code);
  }
});

test("reflection costs no quota, and its streams in their thousands leave a few hundred lines", async () => {
  const edge = await startEdge();
  const client = createClientFactory().create(ServerReflectionDefinition, edge.channel());
  const ask = async () => {
    const requests = (async function* () {
      yield { host: "h", messageRequest: { $case: "listServices", value: "" } as const };
    })();
    for await (const { messageResponse } of client.serverReflectionInfo(requests, { metadata: metadata(readerToken) }))
      assert.is(messageResponse?.$case, "listServicesResponse");
  };
  try {
    for (let round = 0; round < 16; round += 1) await Promise.all(Array.from({ length: 20 }, ask));
  } finally {
    await edge.close();
  }
  const lines = edge.telemetry.lines.filter(({ fields }) => String(fields["method"]).includes("ServerReflection"));
  assert.is(lines.length, refusalLinesPerWindow);
});

test("calls that are charged have all their lines; a backend that is away has its cause in a few hundred", async () => {
  let away = true;
  const backend = new Error("connect ECONNREFUSED");
  const edge = await startEdge({
    search: {
      search: async () => {
        if (away) throw new Fault("unavailable", "the index is away; try again later", { cause: backend });
        return {};
      },
    },
    ingest: {
      getIngestRun: async () => {
        throw new Error("nobody thought of this");
      },
    },
  });
  const many = async (ask: () => Promise<unknown>) => {
    for (let round = 0; round < 16; round += 1) await Promise.allSettled(Array.from({ length: 20 }, ask));
  };
  try {
    await many(() => edge.search(readerToken).search({}));
    await many(() => edge.ingest(adminToken).getIngestRun({}));
    away = false;
    await many(() => edge.search(readerToken).search({}));
  } finally {
    await edge.close();
  }
  const { lines } = edge.telemetry;
  const count = (match: (line: Line) => boolean) => lines.filter(match).length;
  assert.is(
    count(({ fields }) => fields["error"] === backend),
    refusalLinesPerWindow,
  );
  assert.is(
    count(({ message }) => message.includes("no Fault")),
    refusalLinesPerWindow,
  );
  assert.is(
    count(({ fields }) => fields["code"] === "OK"),
    320,
  );
});

test.run();
