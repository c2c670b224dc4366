import type { Clock, Random, State } from "../../ports/mod.ts";
import { memoryJobStore } from "./job-store.ts";
import { memoryLeases } from "./leases.ts";
import { memoryRevisions } from "./revisions.ts";
import { memorySchedules } from "./schedule-store.ts";
import { memoryTokenRecords } from "./token-records.ts";

/** The reference job state. Two values made from one another's parts would be two gateways on one store. */
export function memoryState(clock: Clock & Random, generationGraceMs = 600_000): State {
  const { leases, holds } = memoryLeases(clock);
  const jobs = memoryJobStore(clock);
  return {
    jobs,
    leases,
    revisions: memoryRevisions(clock, jobs, holds, generationGraceMs),
    schedules: memorySchedules(),
    tokens: memoryTokenRecords(),
    pageKey: clock.bytes(32),
  };
}
