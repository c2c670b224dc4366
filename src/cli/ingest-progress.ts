import { SingleBar } from "cli-progress";
import {
  type IngestProgress,
  type IngestRun,
  IngestRunState,
  WatchIngestResponse,
} from "../../gen/knowledge/v1/ingest_service.ts";
import type { Clients } from "./clients.ts";
import type { Output } from "./output.ts";

/** Follows a run to its end: a bar on a terminal, a JSON line an event with `--json`, a line a stage otherwise. */
export async function followRun(
  clients: Clients,
  runId: string,
  output: Output,
  signal: AbortSignal,
): Promise<IngestRun> {
  const show = output.json ? jsonLines(output) : output.terminal ? bar() : stageLines(output);
  let last: IngestRun | undefined;
  try {
    for await (const response of clients.ingest.watchIngest({ runId }, { signal })) {
      const progress = response.progress;
      if (!progress) continue; // a heartbeat
      last = progress.run ?? last;
      show.update(progress);
    }
  } finally {
    show.end();
  }
  const run = last ?? (await clients.ingest.getIngestRun({ runId }, { signal })).run;
  if (!run) throw new Error(`the gateway no longer knows run ${runId}`);
  return run;
}

interface Show {
  update(progress: IngestProgress): void;
  end(): void;
}

function jsonLines(output: Output): Show {
  return {
    update: (progress) => output.out(JSON.stringify(WatchIngestResponse.toJSON({ progress }))),
    end: () => {},
  };
}

function stageLines(output: Output): Show {
  let stage = "";
  return {
    update: (progress) => {
      if (progress.stage === stage) return;
      stage = progress.stage;
      output.err(`${progress.run?.source ?? ""}: ${stage}`);
    },
    end: () => {},
  };
}

function bar(): Show {
  const line = new SingleBar({
    format: "{stage} [{bar}] {value}/{total} files, {chunks} chunks, {rate} files/s, {eta_formatted} left",
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
  });
  /** When it was attached to, and what was done by then: the rate is of what was seen. */
  let first: { readonly at: number; readonly done: number } | undefined;
  return {
    update: (progress) => {
      if (progress.filesTotal === 0) return;
      const seconds = first === undefined ? 0 : (Date.now() - first.at) / 1000;
      const facts = {
        stage: progress.stage.padEnd(8),
        chunks: progress.chunksDone,
        rate: first === undefined || seconds <= 0 ? 0 : Math.round((progress.filesDone - first.done) / seconds),
      };
      if (first === undefined) {
        first = { at: Date.now(), done: progress.filesDone };
        line.start(progress.filesTotal, progress.filesDone, facts);
      } else {
        line.setTotal(progress.filesTotal);
        line.update(progress.filesDone, facts);
      }
    },
    end: () => {
      if (first !== undefined) line.stop();
    },
  };
}

/** One line for people on how a run ended. */
export function runLine(run: IngestRun): string {
  const took = run.finishedAt && run.startedAt ? (run.finishedAt.getTime() - run.startedAt.getTime()) / 1000 : 0;
  const f = run.files;
  const c = run.chunks;
  const counts =
    `${f?.discovered ?? 0} files (${f?.added ?? 0} added, ${f?.changed ?? 0} changed, ${f?.removed ?? 0} removed, ` +
    `${f?.unchanged ?? 0} unchanged, ${f?.skipped ?? 0} not indexed), ${c?.written ?? 0} chunks written, ${c?.total ?? 0} in all`;
  const state = stateName(run.state);
  const why = run.error
    ? `: ${run.error.message} (${run.error.reason}${run.error.path ? `, ${run.error.path}` : ""})`
    : "";
  const skip = run.skipReason ? ` (${run.skipReason})` : "";
  return `${run.source}: ${state}${skip}${why}, ${counts}, in ${took.toFixed(1)} s`;
}

export function stateName(state: IngestRunState): string {
  const name = Object.entries(IngestRunState).find(([, value]) => value === state)?.[0] ?? "UNKNOWN";
  return name.replace("INGEST_RUN_STATE_", "").toLowerCase();
}
