import { type AuditOutcome, Fault, insider, type Schedule } from "../domain/mod.ts";
import type { Asker, AuditLedger, Clock, Lease, Random, Scheduler, State, Telemetry } from "../ports/mod.ts";
import type { CronTimes } from "./cron-times.ts";
import type { Begun, Job, TickResult } from "./job.ts";
import { keepLease } from "./keep-lease.ts";
import {
  firstLookMs,
  leaseTtlMs,
  leastIntervalMs,
  lookMs,
  retryAfter,
  type SchedulerSettings,
  timesOf,
} from "./scheduler-settings.ts";

export interface SchedulerParts {
  readonly state: Pick<State, "schedules" | "leases">;
  readonly ledger: AuditLedger;
  readonly clock: Clock & Random;
  readonly telemetry: Telemetry;
}

/** The scheduler, and how the process that holds it drives and ends it. */
export interface StoppableScheduler extends Scheduler {
  /** Looks at every schedule once and begins what is due. Returns how long nothing else will be, ms. */
  look(): Promise<number>;
  /** Looks again and again until `stop`. */
  run(): Promise<void>;
  /** Resolves once no tick of this process is at work. */
  idle(): Promise<void>;
  /** Nothing begins any more; what is at work goes on. */
  stop(): void;
}

const unstoppable = new AbortController().signal;

/** Makes the schedules that are missing, and replans those whose configuration changed. */
export async function openScheduler(
  parts: SchedulerParts,
  jobs: readonly Job[],
  settings: SchedulerSettings,
  signal: AbortSignal,
): Promise<StoppableScheduler> {
  const { state, ledger, clock, telemetry } = parts;
  const { schedules } = state;
  const times = timesOf(settings);
  const cronOf = (name: string) => (name === "ingest" ? settings.ingestCron : settings.coverageCron);
  const shutdown = new AbortController();
  const working = new Map<string, Promise<void>>();
  const { tokenId, name, scope, peer } = insider("scheduler");
  const itself = (): Asker => ({ actor: { tokenId, name, scope, peer }, requestId: clock.uuid() });

  for (const job of jobs) await schedules.plan(job.name, cronOf(job.name), settings.timeZone, nextOf(job), signal);

  function nextOf(job: Job): number {
    const from = times.get(job.name) as CronTimes;
    const next = from.after(clock.now() + leastIntervalMs - 1);
    const most = Math.min(settings.jitterMs, (from.after(next) - next) / 10);
    const [a = 0, b = 0] = clock.bytes(2);
    return next + Math.floor((most * (a * 256 + b)) / 65_536);
  }

  async function look(): Promise<number> {
    let wait = lookMs;
    for (const job of jobs) {
      if (working.has(job.name)) continue;
      const schedule = await schedules.get(job.name, shutdown.signal);
      if (schedule === undefined) continue;
      if (schedule.runner !== "") await takeOver(job, schedule);
      else if (schedule.nextRunAt <= clock.now()) await tick(job, schedule);
      else wait = Math.min(wait, schedule.nextRunAt - clock.now());
    }
    return wait;
  }

  /** A due time: of all processes that see it, the one that takes it does the work. */
  async function tick(job: Job, schedule: Schedule): Promise<void> {
    const lease = await claim(job, schedule, nextOf(job));
    if (lease === undefined) return;
    const asker = itself();
    if (schedule.paused) {
      await recordSkip(job, "", "PAUSED", asker);
      return finish(job, schedule, lease, { outcome: "SKIPPED", reason: "PAUSED" });
    }
    void carryOut(job, schedule, lease, asker);
  }

  /** `record` comes before anything of the schedule is changed; where it fails, nothing is. */
  async function claim(
    job: Job,
    schedule: Schedule,
    nextRunAt: number,
    record: () => Promise<unknown> = async () => {},
  ): Promise<Lease | undefined> {
    const runner = clock.uuid();
    const lease = await state.leases.acquire(leaseOf(job.name), runner, leaseTtlMs, shutdown.signal);
    if ("heldBy" in lease) return undefined;
    const wanted = { name: job.name, dueAt: schedule.nextRunAt, nextRunAt, runner, now: clock.now() };
    try {
      // Only who has the lease claims: what is free now is so until it is claimed.
      const now = await schedules.get(job.name, shutdown.signal);
      if (now?.runner === "" && now.nextRunAt === schedule.nextRunAt) {
        await record();
        if (await schedules.claim(wanted, shutdown.signal)) return lease;
      }
    } catch (error) {
      await state.leases.release(lease).catch(() => {});
      throw error;
    }
    await state.leases.release(lease);
    return undefined;
  }

  /** A tick that another process began: when its lease has run out, that process is gone. */
  async function takeOver(job: Job, schedule: Schedule): Promise<void> {
    const lease = await state.leases.acquire(leaseOf(job.name), clock.uuid(), leaseTtlMs, shutdown.signal);
    if ("heldBy" in lease) return;
    const left = { ...lease, holder: schedule.runner };
    const result = { outcome: "INTERRUPTED", reason: "PROCESS_ENDED" } as const;
    await end(job, schedule, left, result);
    await state.leases.release(lease);
  }

  /** Begins the job; the tick ends by itself. */
  function carryOut(job: Job, schedule: Schedule, lease: Lease, asker: Asker): Promise<Begun> {
    const begun = job.begin(asker, shutdown.signal);
    const over = new AbortController();
    const heartbeat = keepLease(state.leases, lease, clock, telemetry.log, over.signal);
    const work = (async () => {
      const result = await begun.then((one) => endOf(job, one, asker)).catch(failure);
      over.abort();
      await heartbeat;
      await finish(job, schedule, lease, result);
    })().finally(() => working.delete(job.name));
    working.set(job.name, work);
    return begun;
  }

  /** A busy source is told of by itself: how the tick ended may be the others' end. */
  async function endOf(job: Job, { runs, ended }: Begun, asker: Asker): Promise<TickResult> {
    for (const { source, skipReason } of runs)
      if (skipReason === "BUSY") await recordSkip(job, source, skipReason, asker);
    return ended;
  }

  /** What nothing else in the ledger would tell of. Never rejects. */
  async function recordSkip(job: Job, source: string, reason: string, asker: Asker): Promise<void> {
    const skip = { ...entry(asker, "skipped", { schedule: job.name, reason }), kind: job.kind, source };
    await ledger.append(skip, unstoppable).catch((error: unknown) => {
      telemetry.log.error({ err: error, schedule: job.name, source }, "a skipped tick could not be recorded");
    });
  }

  function failure(error: unknown): TickResult {
    if (shutdown.signal.aborted) return { outcome: "INTERRUPTED", reason: "SHUTDOWN" };
    telemetry.log.error({ err: error }, "a scheduled job failed");
    return { outcome: "FAILED", reason: error instanceof Fault ? error.reason : "INTERNAL" };
  }

  /** Records how a tick ended. Never rejects. */
  async function finish(job: Job, schedule: Schedule, lease: Lease, result: TickResult): Promise<void> {
    try {
      await end(job, schedule, lease, result);
    } catch (error) {
      telemetry.log.error({ err: error, schedule: job.name }, "the end of a tick could not be recorded");
    }
    await state.leases.release(lease).catch(() => {});
  }

  async function end(job: Job, schedule: Schedule, { holder }: Lease, { outcome, reason }: TickResult): Promise<void> {
    const failed = outcome === "FAILED" || (outcome === "INTERRUPTED" && reason !== "SHUTDOWN");
    const told = outcome === "SKIPPED" && reason !== "HEAD_UNCHANGED";
    const failuresInARow = failed ? schedule.failuresInARow + 1 : told ? schedule.failuresInARow : 0;
    const now = clock.now();
    const planned = (await schedules.get(job.name, unstoppable))?.nextRunAt ?? 0;
    // What a stop of the gateway interrupted is due as soon as it is back.
    const retryAt = failed ? now + retryAfter(failuresInARow) : outcome === "INTERRUPTED" ? now : planned;
    const nextRunAt = retryAt < planned ? retryAt : undefined;
    if (!(await schedules.finish(job.name, holder, { outcome, reason, failuresInARow, nextRunAt }, unstoppable)))
      return;
    const counted = reason === "BUSY" || reason === "PAUSED" ? reason : outcome;
    telemetry.meter.add("km_scheduler_runs_total", { schedule: job.name, outcome: counted.toLowerCase() });
    const facts = { schedule: job.name, outcome, reason, failures_in_a_row: failuresInARow };
    if (failed) telemetry.log.warn(facts, "a scheduled tick failed; it is tried again");
    else telemetry.log.info(facts, "a scheduled tick ended");
  }

  function entry({ actor, requestId }: Asker, outcome: AuditOutcome, details: Readonly<Record<string, string>>) {
    const common = { kind: "schedule-change", source: "", run: undefined, startedSequence: 0 } as const;
    return { ...common, outcome, actor, requestId, details };
  }

  async function known(wanted: string, knownSignal: AbortSignal): Promise<{ job: Job; schedule: Schedule }> {
    const job = jobs.find((one) => one.name === wanted);
    const schedule = job && (await schedules.get(wanted, knownSignal));
    if (job === undefined || schedule === undefined)
      throw new Fault("not-found", `no schedule '${wanted}'; there are ${jobs.map((one) => one.name).join(" and ")}`, {
        metadata: { resource: `schedule:${wanted}` },
      });
    return { job, schedule };
  }

  const shown = (schedule: Schedule): Schedule => (settings.enabled ? schedule : { ...schedule, nextRunAt: 0 });

  async function setPaused(wanted: string, paused: boolean, asker: Asker, pauseSignal: AbortSignal): Promise<Schedule> {
    const { job, schedule } = await known(wanted, pauseSignal);
    if (schedule.paused === paused) return shown(schedule);
    const details = { schedule: wanted, change: paused ? "paused" : "resumed" };
    const { sequence } = await ledger.append(entry(asker, "started", details), pauseSignal);
    let outcome: AuditOutcome = "failed";
    try {
      const changed = await schedules.setPaused(wanted, paused, nextOf(job), unstoppable);
      outcome = "succeeded";
      return shown(changed ?? schedule);
    } finally {
      await ledger.append({ ...entry(asker, outcome, details), startedSequence: sequence }, unstoppable);
    }
  }

  return {
    look,
    async list(listSignal) {
      return (await schedules.all(listSignal)).filter((one) => times.has(one.name)).map(shown);
    },

    async trigger(wanted, asker, triggerSignal) {
      const { job, schedule } = await known(wanted, triggerSignal);
      const told = entry(asker, "succeeded", { schedule: wanted, change: "triggered" });
      const record = () => ledger.append(told, triggerSignal);
      const lease = working.has(wanted) ? undefined : await claim(job, schedule, schedule.nextRunAt, record);
      if (lease === undefined)
        throw new Fault("conflict", `schedule '${wanted}' is at work already; wait until it has ended`, {
          reason: "SCHEDULE_BUSY",
          metadata: { schedule: wanted },
        });
      const { runs } = await carryOut(job, schedule, lease, asker);
      return { schedule: shown((await schedules.get(wanted, triggerSignal)) ?? schedule), runs };
    },

    pause: (wanted, asker, pauseSignal) => setPaused(wanted, true, asker, pauseSignal),
    resume: (wanted, asker, resumeSignal) => setPaused(wanted, false, asker, resumeSignal),

    async run() {
      const asleep = (ms: number) => clock.sleep(ms, shutdown.signal).catch(() => {});
      if (!settings.enabled) return;
      await asleep(firstLookMs);
      while (!shutdown.signal.aborted) {
        const wait = await look().catch((error: unknown) => {
          if (!shutdown.signal.aborted)
            telemetry.log.warn({ err: error }, "schedules could not be looked at; tried again");
          return lookMs;
        });
        await asleep(Math.max(1, wait));
      }
    },

    async idle() {
      await Promise.all(working.values());
    },
    stop: () => shutdown.abort(new Fault("cancelled", "the gateway is stopping", { reason: "SHUTDOWN" })),
  };
}

function leaseOf(schedule: string): string {
  return `schedule:${schedule}`;
}
