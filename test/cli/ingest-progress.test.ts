import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestRun, IngestRunState, WatchIngestResponse } from "../../gen/knowledge/v1/ingest_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import { followRun, runLine } from "../../src/cli/ingest-progress.ts";
import type { Output } from "../../src/cli/output.ts";

const test = suite("following a run");
const never = new AbortController().signal;

const run = IngestRun.fromPartial({ runId: "r", source: "harbour", state: IngestRunState.INGEST_RUN_STATE_SUCCEEDED });
const step = (stage: string, filesDone = 0, filesTotal = 0, chunksDone = 0) =>
  WatchIngestResponse.fromPartial({ progress: { run, stage, filesDone, filesTotal, chunksDone } });
const heartbeat = WatchIngestResponse.fromPartial({});
async function* every() {
  yield step("listing");
  yield heartbeat;
  yield step("indexing", 10, 40, 25);
  yield step("indexing", 40, 40, 90);
  yield step("committing", 40, 40, 90);
}
let events: () => AsyncGenerator<WatchIngestResponse> = every;

const clients = {
  ingest: {
    watchIngest: () => events(),
  },
} as unknown as Clients;

/** What was said to `out` and `err`. */
async function followed(more: Partial<Output>): Promise<{ out: string[]; err: string[] }> {
  const said = { out: [] as string[], err: [] as string[] };
  const output: Output = {
    json: false,
    terminal: false,
    out: (text) => void said.out.push(text),
    err: (text) => void said.err.push(text),
    ...more,
  };
  assert.equal(await followRun(clients, "r", output, never), run);
  return said;
}

/** What is drawn on a terminal of 120 columns while the work lasts. */
async function drawn(work: () => Promise<unknown>): Promise<string> {
  const { stderr } = process;
  const real = new Map(["isTTY", "columns", "write"].map((key) => [key, Object.getOwnPropertyDescriptor(stderr, key)]));
  let text = "";
  const write = (part: string) => {
    text += part;
    return true;
  };
  for (const [key, value] of Object.entries({ isTTY: true, columns: 120, write })) {
    Object.defineProperty(stderr, key, { value, configurable: true, writable: true });
  }
  try {
    await work();
  } finally {
    for (const [key, descriptor] of real) {
      if (descriptor) Object.defineProperty(stderr, key, descriptor);
      else Reflect.deleteProperty(stderr, key);
    }
  }
  return text;
}

test("a bar on a terminal, which is gone at the end", async () => {
  let said = { out: [] as string[], err: [] as string[] };
  const text = await drawn(async () => {
    said = await followed({ terminal: true });
  });
  assert.equal(said, { out: [], err: [] });
  assert.match(text, /indexing \[[^\]]{30}\] 10\/40 files, 25 chunks, 0 files\/s/);
  assert.match(text, "40/40 files, 90 chunks");
  const control = `${String.fromCharCode(27)}[`;
  const last = text.slice(text.lastIndexOf("40/40"));
  assert.ok(last.includes(`${control}0K`) || last.includes(`${control}2K`), "the line is cleared");
  assert.ok(last.includes(`${control}?25h`), "the cursor is back");
});

test("rate and remaining time are of what was seen, not of what was done before", async () => {
  const now = Date.now;
  let seconds = 1_000;
  Date.now = () => seconds * 1_000;
  events = async function* () {
    yield step("indexing", 900, 1_000, 4_500);
    seconds += 5;
    yield step("indexing", 920, 1_000, 4_600);
  };
  try {
    const text = await drawn(() => followed({ terminal: true }));
    const last = text.slice(text.lastIndexOf("indexing"));
    assert.match(last, "920/1000 files, 4600 chunks, 4 files/s, 20s left");
  } finally {
    Date.now = now;
    events = every;
  }
});

test("a line a stage where there is no terminal", async () => {
  assert.equal(await followed({}), { out: [], err: ["harbour: listing", "harbour: indexing", "harbour: committing"] });
});

test("a JSON line an event for programs, heartbeats apart", async () => {
  const { out, err } = await followed({ json: true });
  assert.equal(err, []);
  const stages = out.map((line) => (JSON.parse(line) as { progress: { stage: string } }).progress.stage);
  assert.equal(stages, ["listing", "indexing", "indexing", "committing"]);
});

test("one line tells how it ended, with the cause and the file", () => {
  const failed = IngestRun.fromPartial({
    source: "harbour",
    state: IngestRunState.INGEST_RUN_STATE_FAILED,
    error: { reason: "DISK_FULL", message: "no space left", path: "a.md" },
    files: { discovered: 3, added: 1 },
    startedAt: new Date(0),
    finishedAt: new Date(1_500),
  });
  assert.match(
    runLine(failed),
    /^harbour: failed: no space left \(DISK_FULL, a\.md\), 3 files \(1 added, .* in 1\.5 s$/,
  );
});

test.run();
