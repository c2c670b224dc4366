import type { Schedule as WireSchedule } from "../../../../gen/knowledge/v1/ingest_service.ts";
import type { Schedule } from "../../../domain/mod.ts";
import { toDate } from "../wire.ts";

export function toSchedule(schedule: Schedule): WireSchedule {
  const { name, cron, timeZone, paused, nextRunAt, lastRunAt, lastOutcome, lastReason, failuresInARow } = schedule;
  return {
    name,
    cron,
    timeZone,
    paused,
    nextRunAt: toDate(nextRunAt),
    lastRunAt: toDate(lastRunAt),
    lastOutcome,
    lastReason,
    failuresInARow,
  };
}
