import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import {
  GetIngestPlanResponse,
  IngestMode,
  type IngestRun,
  IngestRunState,
  IngestRun as Run,
} from "../../gen/knowledge/v1/ingest_service.ts";
import { exitCode } from "./exit-code.ts";
import { followRun, runLine } from "./ingest-progress.ts";
import { type Output, table } from "./output.ts";
import { type Act, withGateway } from "./with-gateway.ts";

interface StartFlags {
  readonly dryRun?: boolean;
  readonly reason?: string;
  readonly wait: boolean;
}

/** `gateway ingest …`, and `gateway-ingest …` by its own name. */
export function addIngestCommands(parent: Command): void {
  for (const [name, mode, summary] of [
    ["start", IngestMode.INGEST_MODE_INCREMENTAL, "index what changed since the last run"],
    ["rebuild", IngestMode.INGEST_MODE_FULL, "index everything anew; the old index serves until the new one is whole"],
  ] as const) {
    parent
      .command(name)
      .description(summary)
      .argument("[sources...]", "names of sources; all when none is given")
      .option("--dry-run", "plan and report; change nothing")
      .option("--reason <text>", "why, for the ledger")
      .option("--no-wait", "answer as soon as the runs are accepted")
      .action(withGateway<[string[], StartFlags]>((act, sources, flags) => start(act, mode, sources, flags)));
  }
  parent
    .command("watch")
    .description("follow a run that was started elsewhere")
    .argument("<run-id>")
    .action(
      withGateway<[string]>(async (act, runId) =>
        report(act, [await followRun(act.clients, runId, act.output, act.signal)]),
      ),
    );
  parent
    .command("cancel")
    .description("stop a run; what is served stays as it is")
    .argument("<run-id>")
    .action(
      withGateway<[string]>(async ({ clients, output, signal }, runId) => {
        const { run } = await clients.ingest.cancelIngestRun({ runId }, { signal });
        if (run) output.out(output.json ? JSON.stringify(Run.toJSON(run)) : runLine(run));
        return exitCode.ok;
      }),
    );
  parent
    .command("plan")
    .description("what a dry run found it would do, file by file")
    .argument("<run-id>")
    .action(withGateway<[string]>((act, runId) => printPlan(act, runId)));
}

async function start(act: Act, mode: IngestMode, sources: string[], flags: StartFlags) {
  const { clients, output, signal } = act;
  const { runs } = await clients.ingest.startIngest(
    { sources, mode, validateOnly: flags.dryRun ?? false, idempotencyKey: randomUUID(), reason: flags.reason ?? "" },
    { signal },
  );
  if (!flags.wait && !act.own) return report(act, runs);
  const ended = await Promise.all(runs.map((run) => followRun(clients, run.runId, output, signal)));
  const code = report(act, ended);
  for (const run of ended) if (run.dryRun && !output.json) await printPlan(act, run.runId);
  return code;
}

function report({ output }: Act, runs: readonly IngestRun[]) {
  for (const run of runs)
    output.out(output.json ? JSON.stringify({ run: Run.toJSON(run) }) : `${runLine(run)}\n  run ${run.runId}`);
  const bad = runs.some(
    ({ state }) =>
      state === IngestRunState.INGEST_RUN_STATE_FAILED || state === IngestRunState.INGEST_RUN_STATE_CANCELLED,
  );
  return bad ? exitCode.failed : exitCode.ok;
}

async function printPlan({ clients, output, signal }: Act, runId: string) {
  let pageToken = "";
  do {
    const page: GetIngestPlanResponse = await clients.ingest.getIngestPlan(
      { runId, pageSize: 500, pageToken },
      { signal },
    );
    const json = GetIngestPlanResponse.toJSON(page) as { files?: { path: string; action: string; reason?: string }[] };
    for (const line of planLines(json.files ?? [], output)) output.out(line);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return exitCode.ok;
}

function planLines(files: readonly { path: string; action: string; reason?: string }[], output: Output): string[] {
  if (output.json) return files.map((file) => JSON.stringify(file));
  const rows = files.map((f) => [f.action.replace("PLANNED_ACTION_", "").toLowerCase(), f.path, f.reason ?? ""]);
  return rows.length > 0 ? [table(rows)] : [];
}
