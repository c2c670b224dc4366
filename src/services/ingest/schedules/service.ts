import type { CallContext } from "nice-grpc-common";
import {
  type IngestServiceImplementation,
  TriggerScheduleResponse,
} from "../../../../gen/knowledge/v1/ingest_service.ts";
import { Fault, invalid, openPage, type Principal, pageSize, sealPage } from "../../../domain/mod.ts";
import type { Asker, CallExtension, Scheduler, State } from "../../../ports/mod.ts";
import { Once } from "../once.ts";
import { toRun } from "../wire.ts";
import { toSchedule } from "./wire.ts";

export interface ScheduleServiceParts {
  readonly scheduler: Scheduler;
  readonly state: Pick<State, "jobs" | "pageKey">;
}

type Call = CallContext & CallExtension;
type Handlers = Pick<
  IngestServiceImplementation<CallExtension>,
  "listSchedules" | "triggerSchedule" | "pauseSchedule" | "resumeSchedule"
>;

const defaultPage = 50;
const pageCap = 200;

/** The schedules' part of IngestService. */
export function scheduleHandlers({ scheduler, state }: ScheduleServiceParts): Handlers {
  const triggerOnce = new Once<unknown>(state.jobs, "TriggerSchedule");

  /** A schedule's job is about every source, so whoever is kept from some may not start or stop it. */
  function askerOf({ principal, requestId }: Call, schedule: string): Asker {
    if (principal.sources !== undefined)
      throw new Fault("forbidden", "schedules concern every source; use a token that is not limited to some", {
        reason: "TOKEN_LIMITED_TO_SOURCES",
      });
    if (schedule === "") throw invalid("name", "is empty; ListSchedules names those there are");
    return { actor: actorOf(principal), requestId };
  }

  return {
    async listSchedules({ pageSize: size, pageToken }, { principal, signal }) {
      const limit = pageSize(size, defaultPage, pageCap);
      const scope = { method: "ListSchedules", args: {}, principal: principal.tokenId };
      const opened = pageToken === "" ? {} : await openPage(state.pageKey, scope, pageToken);
      const after = String((opened as { after?: string }).after ?? "");
      const rest = (await scheduler.list(signal)).filter(({ name }) => name > after);
      const page = rest.slice(0, limit);
      const last = page.at(-1)?.name;
      const nextPageToken = rest.length > limit ? await sealPage(state.pageKey, scope, { after: last }) : "";
      return { schedules: page.map((schedule) => toSchedule(schedule, principal)), nextPageToken };
    },

    async triggerSchedule({ name, idempotencyKey }, call) {
      const asker = askerOf(call, name);
      const answer = await triggerOnce.do(idempotencyKey, call.principal, { name }, call.signal, async () => {
        const { schedule, runs } = await scheduler.trigger(name, asker, call.signal);
        return TriggerScheduleResponse.toJSON({
          schedule: toSchedule(schedule, call.principal),
          runs: runs.map(toRun),
        });
      });
      return TriggerScheduleResponse.fromJSON(answer);
    },

    async pauseSchedule({ name }, call) {
      return { schedule: toSchedule(await scheduler.pause(name, askerOf(call, name), call.signal), call.principal) };
    },

    async resumeSchedule({ name }, call) {
      return { schedule: toSchedule(await scheduler.resume(name, askerOf(call, name), call.signal), call.principal) };
    },
  };
}

function actorOf({ tokenId, name, scope, peer }: Principal): Asker["actor"] {
  return { tokenId, name, scope, peer };
}
