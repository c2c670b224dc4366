/** Begins work by itself: at the times of its schedules, and when files of a source change. */
export { coverageJob } from "./coverage-job.ts";
export { type ChangeFollower, followChanges, type WatchSettings } from "./follow-changes.ts";
export { ingestJob } from "./ingest-job.ts";
export type { Job } from "./job.ts";
export { openScheduler, type SchedulerParts, type StoppableScheduler } from "./open-scheduler.ts";
export { schedulerPlugin } from "./scheduler-plugin.ts";
export type { SchedulerSettings } from "./scheduler-settings.ts";
export { WATCH, watchPlugin } from "./watch-plugin.ts";
