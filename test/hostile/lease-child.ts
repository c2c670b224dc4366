import process from "node:process";
import { openLedger, openState } from "../../src/adapters/libsql/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import { ingestJob, openScheduler } from "../../src/scheduler/mod.ts";
import { bench, fakeSource, never, order } from "../services/ingest/harness.ts";

/**
 * A second process on one state file, told what to do by its standard input: `ingest` starts a run whose reading
 * waits for `read`; `tick` looks at the schedules. It answers each with a line of JSON.
 */
const [, , statePath = ""] = process.argv;
const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
const state = await openState({ statePath }, systemClock, never);
const ledger = await openLedger({ statePath }, systemClock, never);
const docs = fakeSource("docs", { "a.md": "from the child" });
let read = () => {};
const reading = new Promise<void>((resolve) => {
  read = resolve;
});
docs.onRead.set("a.md", async () => {
  say({ reading: true });
  await reading;
  return new TextEncoder().encode("from the child");
});
const at = bench([docs], { state, ledger, clock: systemClock }, { soleOwner: false });
const settings = { ingestCron: "@yearly", coverageCron: "@yearly", timeZone: "UTC", jitterMs: 0 };
const scheduler = await openScheduler(at, [ingestJob(at)], { enabled: true, dryRun: false, ...settings }, never);

const commands = new Map<string, () => Promise<void>>([
  [
    "ingest",
    async () => {
      const [run] = await at.ingester.start(order(["docs"]), never);
      say({ started: run?.runId });
      const { state: how, error } = await at.ingester.ended(run!.runId, never);
      say({ ended: how, reason: error?.reason ?? "" });
    },
  ],
  [
    "tick",
    async () => {
      // As a gateway on shared state does every second.
      await state.refresh(never);
      await scheduler.look();
      await scheduler.idle();
      say({ ticked: at.telemetry.counted.get("km_scheduler_runs_total ingest succeeded") ?? 0 });
    },
  ],
  ["read", async () => read()],
  ["end", async () => process.exit(0)],
]);
let rest = "";
process.stdin.on("data", (bytes: Buffer) => {
  const lines = (rest + bytes.toString()).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    commands
      .get(line)?.()
      .catch((error: unknown) => say({ failed: String(error) }));
  }
});
say({ ready: true });
