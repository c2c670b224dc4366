import { Status } from "nice-grpc-common";
import { IngestMode, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import { openClients } from "../../src/cli/clients.ts";
import { type Load, pause } from "./callers.ts";
import type { GrowingRepository } from "./growing-repository.ts";
import type { Kind } from "./tally.ts";

const ingest: Kind = { name: "ingest", expected: new Set([Status.OK]) };
const planned: Kind = { name: "ingest, dry run", expected: new Set([Status.OK]) };
const stopped: Kind = {
  name: "ingest, stopped by its caller",
  expected: new Set([Status.OK, Status.FAILED_PRECONDITION]),
};
const report: Kind = { name: "coverage report", expected: new Set([Status.OK]) };

/** Of so many rounds, one is stopped by its caller, one is planned only, one indexes the whole anew. */
const stopEvery = 6;
const planEvery = 5;
const fullEvery = 12;
/** Between rounds, ms: searches without a run beside them are load, too. */
const betweenMs = 2_500;

/** Commits and indexes by turns, until the run ends. `switched` is told of every new generation. */
export async function ingestInTurns(load: Load, repository: GrowingRepository, switched: () => void): Promise<void> {
  const clients = openClients(load.address, load.tokens.maintainer);
  const sources = [load.sources.growing];
  try {
    for (let round = 1; !load.signal.aborted; round++) {
      repository.work();
      if (round % planEvery === 0) {
        await load.tally.call(planned, () => finished(IngestRunState.INGEST_RUN_STATE_PLANNED, { validateOnly: true }));
      }
      if (round % stopEvery === 0) await load.tally.call(stopped, stop);
      const mode = round % fullEvery === 0 ? IngestMode.INGEST_MODE_FULL : IngestMode.INGEST_MODE_INCREMENTAL;
      await load.tally.call(ingest, () => finished(IngestRunState.INGEST_RUN_STATE_SUCCEEDED, { mode }));
      switched();
      if (round % planEvery === 0) {
        await load.tally.call(report, () => clients.ingest.generateCoverage({ source: load.sources.growing }));
      }
      await pause(betweenMs, load.signal);
    }
  } finally {
    clients.close();
  }

  /** Starts a run and follows it to its end. @throws Error when it ended otherwise than it should */
  async function finished(wanted: IngestRunState, how: { mode?: IngestMode; validateOnly?: boolean }): Promise<void> {
    const { runs } = await clients.ingest.startIngest({ sources, ...how });
    for (const { runId } of runs) {
      let last = runs[0]!;
      for await (const { progress } of clients.ingest.watchIngest({ runId })) last = progress?.run ?? last;
      if (last.state !== wanted) {
        throw new Error(`ended ${last.state}: ${last.error?.reason} ${last.error?.message} ${last.error?.path}`);
      }
    }
  }

  /** Cancels a run in its midst, and waits until it is over. */
  async function stop(): Promise<void> {
    const { runs } = await clients.ingest.startIngest({ sources });
    await pause(load.random() * 300, load.signal);
    for (const { runId } of runs) {
      const cancelling = clients.ingest.cancelIngestRun({ runId });
      for await (const _ of clients.ingest.watchIngest({ runId }));
      await cancelling;
    }
  }
}
