import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLedger, openState } from "../../src/adapters/libsql/mod.ts";
import { manualClock } from "../../src/adapters/memory/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import type { Fault, IngestProgress } from "../../src/domain/mod.ts";
import type { Clock, Random } from "../../src/ports/mod.ts";
import { currentRuntime } from "../../src/runtime/mod.ts";
import { bench, fakeSource, ingest, never, order } from "../services/ingest/harness.ts";
import { temporaryFolder } from "../support/gateway-process.ts";

const test = suite("two processes on one state file");

interface Child {
  readonly process: ChildProcess;
  tell(command: string): void;
  /** The next line that has this member. */
  heard(member: string): Promise<Record<string, unknown>>;
  end(): Promise<void>;
}

async function startChild(statePath: string): Promise<Child> {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const file = fileURLToPath(new URL(`./lease-child${extension}`, import.meta.url));
  const flags = currentRuntime().name === "deno" ? ["run", "--no-prompt", "--quiet", "-A"] : [];
  const child = spawn(process.execPath, [...flags, file, statePath], { stdio: ["pipe", "pipe", "inherit"] });
  const lines: Record<string, unknown>[] = [];
  let wake = () => {};
  let rest = "";
  child.stdout.on("data", (bytes: Buffer) => {
    const parts = (rest + bytes.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
    wake();
  });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const started: Child = {
    process: child,
    tell: (command) => void child.stdin.write(`${command}\n`),
    async heard(member) {
      for (;;) {
        const at = lines.findIndex((line) => member in line || "failed" in line);
        if (at >= 0) return lines.splice(at, 1)[0]!;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async end() {
      started.tell("end");
      await closed;
    },
  };
  await started.heard("ready");
  return started;
}

/** This process on the same state file, on a clock that is `ahead` ms before the child's. */
async function here(statePath: string, ahead = 0, clock: Clock & Random = manualClock(Date.now() + ahead)) {
  const state = await openState({ statePath }, clock, never);
  const ledger = await openLedger({ statePath }, clock, never);
  const docs = fakeSource("docs", { "a.md": "from here" });
  const at = bench([docs], { state, ledger, clock }, { soleOwner: false });
  return {
    at,
    state,
    async close() {
      await at.ingester.stop();
      await state.close();
      await ledger.close();
    },
  };
}

test("a run of another process is named to whoever wants the source, and can be watched to its end", async () => {
  const statePath = temporaryFolder();
  const child = await startChild(statePath);
  const { at, close } = await here(statePath);
  child.tell("ingest");
  const { started } = await child.heard("started");
  await child.heard("reading");
  try {
    await at.ingester.start(order(["docs"]), never);
    assert.unreachable();
  } catch (error) {
    const { code, reason, metadata, message } = error as Fault;
    assert.equal([code, reason, metadata["run_id"]], ["conflict", "INGEST_BUSY", started]);
    assert.ok(message.includes(String(started)));
  }
  child.tell("read");
  assert.equal(await child.heard("ended"), { ended: "succeeded", reason: "" });
  assert.is((await at.ingester.run(String(started), never))?.state, "succeeded");
  await child.end();
  await close();
  rmSync(statePath, { recursive: true, force: true });
});

test("a run of another process is followed stage by stage, on from where a watcher left", async () => {
  const statePath = temporaryFolder();
  const child = await startChild(statePath);
  const { at, close } = await here(statePath, 0, systemClock);
  child.tell("ingest");
  const runId = String((await child.heard("started"))["started"]);
  await child.heard("reading");
  const seen: IngestProgress[] = [];
  for await (const event of at.ingester.watch(runId, 0, never)) {
    seen.push(event);
    if (event.stage === "indexing") break;
  }
  const told = ({ stage, filesDone, filesTotal, run }: IngestProgress) =>
    `${stage} ${filesDone}/${filesTotal} ${run.state}`;
  assert.equal(seen.map(told), [
    "waiting 0/0 pending",
    "listing 0/0 running",
    "planning 0/0 running",
    "indexing 0/1 running",
  ]);
  child.tell("read");
  assert.equal(await child.heard("ended"), { ended: "succeeded", reason: "" });
  const rest: IngestProgress[] = [];
  for await (const event of at.ingester.watch(runId, seen.at(-1)!.sequence, never)) rest.push(event);
  assert.equal(rest.map(told), ["committing 1/1 running", "committing 1/1 succeeded"]);
  const numbers = [...seen, ...rest].map(({ sequence }) => sequence);
  assert.equal(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
  );
  const late: IngestProgress[] = [];
  for await (const event of at.ingester.watch(runId, 1_000_000, never)) late.push(event);
  assert.equal(late.map(told), ["committing 1/1 succeeded"], "a watcher past the end learns how it ended");
  await child.end();
  await close();
  rmSync(statePath, { recursive: true, force: true });
});

test("a process that was stopped past its lease wakes, and can't serve what it wrote", async () => {
  const statePath = temporaryFolder();
  const child = await startChild(statePath);
  child.tell("ingest");
  const { started } = await child.heard("started");
  await child.heard("reading");
  // By pid: on Deno a child object takes any signal for the child's end, and sends no further one.
  process.kill(child.process.pid!, "SIGSTOP");
  // For this process the child's last heartbeat is longer ago than its lease lives.
  const { at, state, close } = await here(statePath, 31_000);
  const run = await ingest(at, "docs");
  assert.is(run.state, "succeeded");
  process.kill(child.process.pid!, "SIGCONT");
  child.tell("read");
  const ended = await child.heard("ended");
  assert.equal(ended, { ended: "failed", reason: "LEASE_LOST" });
  const now = await openState({ statePath }, manualClock(), never);
  assert.is(now.revisions.served()[0]?.generation, run.generation);
  assert.is((await state.jobs.run(String(started), never))?.state, "failed");
  assert.is((await state.jobs.run(run.runId, never))?.state, "succeeded");
  await now.close();
  await child.end();
  await close();
  rmSync(statePath, { recursive: true, force: true });
});

test("of two processes that see one due time, one runs it", async () => {
  const statePath = temporaryFolder();
  const children = [await startChild(statePath), await startChild(statePath)];
  const { state, close } = await here(statePath);
  for (let round = 1; round <= 3; round += 1) {
    // Due now: as if the year were over.
    await state.schedules.setPaused("ingest", false, 1, never);
    for (const child of children) child.tell("tick");
    for (const child of children) child.tell("read");
    await Promise.all(children.map((child) => child.heard("ticked")));
    const schedule = await state.schedules.get("ingest", never);
    assert.equal([schedule?.runner, schedule?.failuresInARow], ["", 0]);
    assert.ok((schedule?.nextRunAt ?? 0) > Date.now());
    const runs = await state.jobs.runs({ sources: [], states: [] }, "", 10, never);
    assert.is(runs.filter(({ trigger }) => trigger === "schedule").length, 1, "unchanged afterwards");
  }
  await Promise.all(children.map((child) => child.end()));
  await close();
  rmSync(statePath, { recursive: true, force: true });
});

test.run();
