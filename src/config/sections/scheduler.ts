import { parser } from "../parser.ts";
import { duration, toggle } from "../parsers.ts";
import { type Values, variable } from "../variable.ts";

export interface SchedulerConfig {
  readonly enabled: boolean;
  readonly ingestCron: string;
  readonly coverageCron: string;
  readonly timeZone: string;
  readonly jitterMs: number;
}

export interface WatchConfig {
  readonly enabled: boolean;
  readonly debounceMs: number;
}

/** The scheduler reads it: only its shape is judged here. */
const cron = parser("a cron expression of five fields, or six with seconds first", (text) => text);
const zone = parser("a time zone such as UTC or Europe/Berlin", (text) => text);

export const schedulerVariables = {
  enabled: variable({
    name: "KM_SCHEDULER_ENABLED",
    summary: "Whether ingests and coverage reports begin by the clock.",
    default: "on",
    reason: "An index that nobody keeps fresh is stale within a day.",
    parser: toggle,
  }),
  ingestCron: variable({
    name: "KM_SCHEDULER_INGEST_CRON",
    summary: "When every source is looked at, and what changed is indexed.",
    default: "*/30 * * * *",
    reason: "A tick over an unchanged commit costs milliseconds, and half an hour is the lag that people put up with.",
    parser: cron,
  }),
  coverageCron: variable({
    name: "KM_SCHEDULER_COVERAGE_CRON",
    summary: "When coverage reports are written, beside those after each ingest.",
    default: "15 2 * * *",
    reason: "One a night makes a trend; a quarter past two is outside working hours and the rush on the hour.",
    parser: cron,
  }),
  timeZone: variable({
    name: "KM_SCHEDULER_TIMEZONE",
    summary: "The zone of both expressions.",
    default: "UTC",
    reason: "The same on every machine, and without days of 23 and 25 hours.",
    parser: zone,
  }),
  jitter: variable({
    name: "KM_SCHEDULER_JITTER",
    summary: "A tick comes up to this much after its time, but never more than a tenth of the interval.",
    default: "20s",
    reason: "Many gateways on one host or one store do not all begin in the same second.",
    parser: duration("0s", "1h"),
  }),
  watch: variable({
    name: "KM_WATCH",
    summary: "Whether changed files start an incremental ingest by themselves.",
    default: "off",
    reason: "It takes one watch of the operating system's for each folder, which large trees may not get.",
    parser: toggle,
  }),
  debounce: variable({
    name: "KM_WATCH_DEBOUNCE",
    summary: "How long files must have been quiet before such an ingest starts.",
    default: "2s",
    reason: "A save, a formatter and a branch switch are each over by then, and a person has not asked yet.",
    parser: duration("100ms", "10m"),
  }),
};

type SchedulerValues = Values<typeof schedulerVariables>;

export function schedulerConfig({ jitter, watch: _, debounce: __, ...values }: SchedulerValues): SchedulerConfig {
  return { ...values, jitterMs: jitter };
}

export function watchConfig({ watch, debounce }: SchedulerValues): WatchConfig {
  return { enabled: watch, debounceMs: debounce };
}
