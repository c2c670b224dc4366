import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { IngestRun, IngestRunState, Schedule } from "../../gen/knowledge/v1/ingest_service.ts";
import { exitCode } from "./exit-code.ts";
import { followRun, runLine } from "./ingest-progress.ts";
import { ago, type Output, table } from "./output.ts";
import { type Act, withGateway } from "./with-gateway.ts";

export function addScheduleCommands(parent: Command): void {
  const schedule = parent.command("schedule").description("what begins by the clock: ingests and coverage reports");
  schedule
    .command("list")
    .description("the schedules, with their next and last runs")
    .action(
      withGateway<[]>(async ({ clients, output, signal }) => {
        const { schedules } = await clients.ingest.listSchedules({}, { signal });
        print(schedules, output);
        return exitCode.ok;
      }),
    );
  schedule
    .command("run")
    .description("run a schedule's job now, paused or not; unchanged sources are skipped")
    .argument("<name>", "ingest or coverage")
    .option("--no-wait", "answer as soon as its runs are accepted")
    .action(withGateway<[string, { wait: boolean }]>(run));
  schedule
    .command("pause")
    .description("let a schedule's times pass until it is resumed")
    .argument("<name>", "ingest or coverage")
    .action(
      withGateway<[string]>(async ({ clients, output, signal }, name) => {
        const { schedule: now } = await clients.ingest.pauseSchedule({ name }, { signal });
        print(now ? [now] : [], output);
        return exitCode.ok;
      }),
    );
  schedule
    .command("resume")
    .description("let a paused schedule run again; what it missed is not made up for")
    .argument("<name>", "ingest or coverage")
    .action(
      withGateway<[string]>(async ({ clients, output, signal }, name) => {
        const { schedule: now } = await clients.ingest.resumeSchedule({ name }, { signal });
        print(now ? [now] : [], output);
        return exitCode.ok;
      }),
    );
}

async function run({ clients, output, signal, own }: Act, name: string, { wait }: { wait: boolean }) {
  const reply = await clients.ingest.triggerSchedule({ name, idempotencyKey: randomUUID() }, { signal });
  const runs: IngestRun[] = [];
  for (const one of reply.runs) {
    const begun = one.state !== IngestRunState.INGEST_RUN_STATE_SKIPPED;
    runs.push(begun && (wait || own) ? await followRun(clients, one.runId, output, signal) : one);
  }
  for (const one of runs) {
    const reason = one.skipReason === "" ? "" : ` (${one.skipReason})`;
    output.out(output.json ? JSON.stringify({ run: IngestRun.toJSON(one) }) : `${runLine(one)}${reason}`);
  }
  if (runs.length === 0 && reply.schedule) print([reply.schedule], output);
  return runs.some(({ state }) => state === IngestRunState.INGEST_RUN_STATE_FAILED) ? exitCode.failed : exitCode.ok;
}

function print(schedules: readonly Schedule[], output: Output): void {
  if (output.json) {
    for (const one of schedules) output.out(JSON.stringify({ schedule: Schedule.toJSON(one) }));
    return;
  }
  const rows = schedules.map((one) => [
    one.name,
    `${one.cron} ${one.timeZone}`,
    one.paused ? "paused" : (one.nextRunAt?.toISOString() ?? "the scheduler is off"),
    ago(one.lastRunAt, new Date()),
    [one.lastOutcome, one.lastReason].filter((word) => word !== "").join(" ") || "-",
    String(one.failuresInARow),
  ]);
  output.out(table([["schedule", "times", "next", "last", "outcome", "failures in a row"], ...rows]));
}
