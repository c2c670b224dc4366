import { Fault, type IngestRun, isOver } from "../../domain/mod.ts";
import type { Ingester, IngestOrder, Lease, Source } from "../../ports/mod.ts";
import { errorOf } from "./at-path.ts";
import { failed } from "./failed-run.ts";
import { type IngestParts, unstoppable } from "./ingest-parts.ts";
import { heartbeatMs, type IngestSettings, leaseName, leaseTtlMs, runsAtOnce } from "./ingest-settings.ts";
import { ingestSource } from "./ingest-source.ts";
import { keptBetweenRuns } from "./kept-between-runs.ts";
import { cancelEntry, ledgerEntry } from "./ledger-entry.ts";
import { LiveRun } from "./live-run.ts";
import { newRun } from "./new-run.ts";
import { RunEnds } from "./run-ends.ts";
import { shareProgress } from "./share-progress.ts";
import { Turns } from "./turns.ts";
import { unchangedAt } from "./unchanged-at.ts";
import { Upkeep } from "./upkeep.ts";
import { watchElsewhere } from "./watch-elsewhere.ts";

/** Ended runs whose events late watchers can still have. */
const keptRuns = 32;

interface Admitted {
  readonly source: Source;
  readonly lease: Lease;
  readonly run: IngestRun;
  readonly paths: readonly string[] | undefined;
  startedSequence: number;
}

/** The ingester, and how the process that holds it ends. */
export interface StoppableIngester extends Ingester {
  /** Sweeps what expired, now and then, until `stop`. */
  upkeep(): Promise<void>;
  /** Starts nothing more and stops what runs; resolves once all of it has ended. */
  stop(): Promise<void>;
}

export function openIngester(parts: IngestParts, settings: IngestSettings): StoppableIngester {
  const { state, ledger, clock, telemetry, sources } = parts;
  const live = new Map<string, LiveRun>();
  const warnings = new Map<string, readonly string[]>();
  const turns = new Turns(runsAtOnce, (waiting) => {
    telemetry.meter.set("km_ingest_queue_depth", { queue: "runs" }, waiting);
  });
  const kept = keptBetweenRuns(telemetry.meter);
  const running = new Set<Promise<void>>();
  const shutdown = new AbortController();
  const ends = new RunEnds(parts);
  const upkeep = new Upkeep(parts, settings, shutdown.signal);

  function configured(name: string): Source {
    const source = sources.get(name);
    if (source === undefined) throw new Fault("not-found", `no source '${name}'; ListSources names those there are`);
    return source;
  }

  async function refuse(run: IngestRun, fault: Fault, signal: AbortSignal): Promise<never> {
    const details = { reason: fault.reason, message: fault.message, ...fault.metadata };
    await ledger.append(ledgerEntry("refused", run, 0, details), signal);
    telemetry.meter.add("km_ingest_runs_total", { source: run.source, state: "refused" });
    throw fault;
  }

  /** A run of this process that has ended holds nothing, even if its lease could not be given back (a full disk). */
  async function takeLease(source: Source, { runId }: IngestRun, signal: AbortSignal) {
    const name = leaseName(source.name);
    const lease = await state.leases.acquire(name, runId, leaseTtlMs, signal);
    if (!("heldBy" in lease)) return lease;
    const former = live.get(lease.heldBy);
    if (former === undefined || !isOver(former.run.state)) return lease;
    const left = await state.leases.acquire(name, lease.heldBy, leaseTtlMs, signal);
    if (!("heldBy" in left)) await state.leases.release(left);
    return state.leases.acquire(name, runId, leaseTtlMs, signal);
  }

  /** The lease, or who is in the way. */
  async function admit(order: IngestOrder, source: Source, signal: AbortSignal): Promise<Admitted> {
    const run = newRun(order, source.name, parts, settings.dryRun);
    const served = state.revisions.served().find((revision) => revision.source === source.name);
    const changed = served !== undefined && served.fingerprint !== run.embedder;
    if (changed && settings.embedderChange === "refuse" && order.mode !== "full") {
      const message = `source '${source.name}' was indexed with another embedder or chunker; ask for a full run, or set KM_EMBEDDER_CHANGE=rebuild`;
      const metadata = { source: source.name, indexed_with: served.fingerprint, present: run.embedder };
      await refuse(run, new Fault("precondition", message, { reason: "EMBEDDER_CHANGED", metadata }), signal);
    }
    const lease = await takeLease(source, run, signal);
    if ("heldBy" in lease) {
      const message = `source '${source.name}' is being ingested by run ${lease.heldBy}; watch it, cancel it, or try again once it has ended`;
      const metadata = { run_id: lease.heldBy, source: source.name };
      const busy = new Fault("conflict", message, { reason: "INGEST_BUSY", metadata });
      // Nobody asked: the scheduler and the watcher record in their own way what they leave out.
      if (order.trigger === "schedule" || order.trigger === "watch") throw busy;
      return refuse(run, busy, signal);
    }
    return { source, lease, run, paths: order.paths, startedSequence: 0 };
  }

  async function start(order: IngestOrder, signal: AbortSignal): Promise<readonly IngestRun[]> {
    if (shutdown.signal.aborted)
      throw new Fault("unavailable", "the gateway is stopping; start the run again once it is back");
    const wanted = order.sources.map(configured);
    await ends.recordLate();
    const admitted: Admitted[] = [];
    try {
      for (const source of wanted) admitted.push(await admit(order, source, signal));
      for (const one of admitted) {
        const entry = await ledger.append(ledgerEntry("started", one.run, 0), signal);
        one.startedSequence = entry.sequence;
        await state.jobs.saveRun(one.run, signal);
      }
    } catch (error) {
      await Promise.all(admitted.map((one) => withdraw(one, error)));
      throw error;
    }
    return admitted.map(launch);
  }

  /** A run that was admitted, but not all of its order were: it ends before it began. */
  async function withdraw({ lease, run, startedSequence }: Admitted, error: unknown): Promise<void> {
    const { reason, message } = errorOf(error, "waiting");
    const ended: IngestRun = { ...run, state: "cancelled", finishedAt: clock.now(), skipReason: reason };
    try {
      if (startedSequence > 0) {
        await ledger.append(ledgerEntry("cancelled", ended, startedSequence, { reason, message }), unstoppable);
        await state.jobs.saveRun(ended, unstoppable);
      }
    } catch (cause) {
      telemetry.log.error({ err: cause, ingest_run_id: run.runId }, "a withdrawn run could not be recorded as such");
    }
    await state.leases.release(lease).catch(() => {});
  }

  function launch(admitted: Admitted): IngestRun {
    const one = new LiveRun(admitted.run, clock, telemetry.log, (stage, ms) => {
      telemetry.meter.observe("km_ingest_duration_seconds", { stage }, ms / 1_000);
    });
    live.set(admitted.run.runId, one);
    const work = carryOut(admitted, one).finally(() => running.delete(work));
    running.add(work);
    return admitted.run;
  }

  /** From the lease to its release. Never rejects: how it ended is in the run. */
  async function carryOut({ source, lease, startedSequence, paths }: Admitted, one: LiveRun): Promise<void> {
    const over = new AbortController();
    const heartbeat = keepLease(lease, one, over.signal);
    // Only where there may be others on this state is there anyone to read it.
    const sharing = (settings.soleOwner ?? true) ? undefined : shareProgress(one, state.jobs, clock, over.signal);
    let ended: IngestRun;
    try {
      ended = await turns.take(one.signal, async () => {
        one.update({ state: "running" });
        await state.jobs.saveRun(one.run, one.signal);
        const fields = { ingest_run_id: one.run.runId, source: source.name, mode: one.run.mode };
        return telemetry.tracer.span("ingest run", fields, () => {
          one.traced(telemetry.tracer);
          return ingestSource({ parts, source, live: one, lease, startedSequence, rules: settings, kept, paths });
        });
      });
    } catch (error) {
      ended = failed(one, error);
    }
    over.abort();
    await Promise.all([heartbeat, sharing]);
    await ends.record(one, ended, startedSequence);
    await state.leases.release(lease).catch((cause: unknown) => {
      one.log.warn({ err: cause }, "the lease could not be released; it expires by itself");
    });
    warnings.set(source.name, one.warnings);
    parts.coverage?.afterRun(ended);
    one.settle();
    forget();
    if (ended.generation > 0) await sweep(one);
  }

  /** Heartbeats until the run is over; a run whose lease is lost must stop. */
  async function keepLease(lease: Lease, one: LiveRun, over: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await clock.sleep(heartbeatMs, over);
        await state.leases.renew(lease, leaseTtlMs, over);
      } catch (error) {
        if (over.aborted) return;
        if (error instanceof Fault && error.code === "conflict") return one.stop(error);
        one.log.warn({ err: error }, "a heartbeat of the lease failed; it is tried again");
      }
    }
  }

  /** Rows that no readable generation sees. Readers are not in its way, so the run has ended before it. */
  async function sweep(one: LiveRun): Promise<void> {
    const began = clock.now();
    try {
      const chunks = await upkeep.sweepExpired(one.run.source);
      telemetry.meter.observe("km_ingest_duration_seconds", { stage: "sweeping" }, (clock.now() - began) / 1_000);
      one.log.info({ stage: "sweeping", ms: clock.now() - began, chunks }, "ingest: sweeping done");
    } catch (error) {
      if (!shutdown.signal.aborted) one.log.warn({ err: error }, "sweeping failed; it is tried again");
    }
  }

  /** Stops the runs of a source that is configured no more, and waits for their ends. */
  async function stopRemoved(signal: AbortSignal): Promise<void> {
    const removed = [...live.values()].filter(({ run }) => !isOver(run.state) && !sources.get(run.source));
    const reason = new Fault("cancelled", "the source is configured no more", { reason: "SOURCE_REMOVED" });
    for (const one of removed) one.stop(reason);
    await Promise.all(removed.map((one) => untilEnded(one, signal)));
  }

  function forget(): void {
    const ended = [...live.values()].filter(({ run }) => isOver(run.state));
    for (const { run } of ended.slice(0, -keptRuns)) live.delete(run.runId);
  }

  async function find(runId: string, signal: AbortSignal): Promise<IngestRun> {
    const run = live.get(runId)?.run ?? (await state.jobs.run(runId, signal));
    if (run === undefined)
      throw new Fault("not-found", `no ingest run '${runId}'; ListIngestRuns names those there are`);
    return run;
  }

  const watchStored = (runId: string, afterSequence: number, signal: AbortSignal) =>
    watchElsewhere(() => find(runId, signal), runId, { jobs: state.jobs, clock }, afterSequence, signal);

  return {
    start,
    run: (runId, signal) => Promise.resolve(live.get(runId)?.run ?? state.jobs.run(runId, signal)),

    async *watch(runId, afterSequence, signal) {
      const one = live.get(runId);
      if (one !== undefined) return yield* one.progress.after(afterSequence, signal);
      yield* watchStored(runId, afterSequence, signal);
    },

    async cancel(runId, asker, signal) {
      const one = live.get(runId);
      if (one !== undefined && !isOver(one.run.state)) {
        await ledger.append(cancelEntry(one.run, asker), signal);
        one.stop(new Fault("cancelled", "the run was cancelled"));
      }
      if (one !== undefined) return untilEnded(one, signal);
      const run = await find(runId, signal);
      if (isOver(run.state)) return run;
      const message = "another gateway on this state runs it; cancel it there";
      throw new Fault("precondition", message, { reason: "RUN_ELSEWHERE", metadata: { run_id: runId } });
    },

    async ended(runId, signal) {
      const one = live.get(runId);
      if (one !== undefined) return untilEnded(one, signal);
      for await (const { run } of watchStored(runId, 0, signal)) if (isOver(run.state)) return run;
      throw new Fault("internal", "a run did not end");
    },

    async unchanged(name, signal, paths) {
      return unchangedAt(parts, configured(name), settings, kept, paths, signal);
    },

    async reconcile(signal) {
      await stopRemoved(signal);
      // With several gateways on one state, another may well be configured with what this one is not.
      if (settings.soleOwner ?? true) await upkeep.retire();
      await upkeep.sweepRetired("configured");
    },

    upkeep: () => upkeep.run(),
    warnings: (source) => warnings.get(source) ?? [],

    async stop() {
      const reason = new Fault("cancelled", "the gateway is stopping", { reason: "SHUTDOWN" });
      shutdown.abort(reason);
      for (const one of live.values()) if (!isOver(one.run.state)) one.stop(reason);
      await Promise.all(running);
    },
  };

  async function untilEnded(one: LiveRun, signal: AbortSignal): Promise<IngestRun> {
    for await (const _ of one.progress.after(Number.MAX_SAFE_INTEGER, signal));
    return one.ended;
  }
}
