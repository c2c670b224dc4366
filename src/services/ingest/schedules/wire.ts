import type { Schedule as WireSchedule } from "../../../../gen/knowledge/v1/ingest_service.ts";
import type { Principal, Schedule } from "../../../domain/mod.ts";
import { toDate } from "../wire.ts";

/** How a tick ended is about every source: a caller who is kept from some learns when it was, and no more. */
export function toSchedule(schedule: Schedule, { sources }: Pick<Principal, "sources">): WireSchedule {
  const seesAll = sources === undefined;
  const { name, cron, timeZone, paused, nextRunAt, lastRunAt, lastOutcome, lastReason, failuresInARow } = schedule;
  return {
    name,
    cron,
    timeZone,
    paused,
    nextRunAt: toDate(nextRunAt),
    lastRunAt: toDate(lastRunAt),
    lastOutcome: seesAll ? lastOutcome : "",
    lastReason: seesAll ? lastReason : "",
    failuresInARow: seesAll ? failuresInARow : 0,
  };
}
