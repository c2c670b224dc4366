import { definePlugin } from "../kernel/mod.ts";
import { AUDIT_LEDGER, CLOCK, COVERAGE, INGESTER, SCHEDULER, SOURCES, STATE, TELEMETRY } from "../ports/mod.ts";
import { coverageJob } from "./coverage-job.ts";
import { ingestJob } from "./ingest-job.ts";
import { openScheduler } from "./open-scheduler.ts";
import { type SchedulerSettings, timesOf } from "./scheduler-settings.ts";

export const schedulerPlugin = definePlugin({
  name: "scheduler",
  provides: SCHEDULER,
  needs: {
    ingester: INGESTER,
    coverage: COVERAGE,
    sources: SOURCES,
    state: STATE,
    ledger: AUDIT_LEDGER,
    telemetry: TELEMETRY,
    clock: CLOCK,
  },
  config(raw) {
    const settings = raw as SchedulerSettings;
    timesOf(settings);
    return settings;
  },
  async start(parts, settings, signal) {
    const jobs = [ingestJob(parts), coverageJob(parts, settings.dryRun)];
    const scheduler = await openScheduler(parts, jobs, settings, signal);
    const running = scheduler.run();
    return {
      value: scheduler,
      // Ticks at work end with their runs, which the ingester's drain stops after this one.
      drain: async () => scheduler.stop(),
      async stop() {
        scheduler.stop();
        await running;
        await scheduler.idle();
      },
    };
  },
});
