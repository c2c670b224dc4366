import type { CallContext } from "nice-grpc-common";
import {
  IngestServiceDefinition,
  type IngestServiceImplementation,
  StartIngestResponse,
} from "../../../gen/knowledge/v1/ingest_service.ts";
import {
  Fault,
  type IngestRun,
  invalid,
  maySee,
  openPage,
  type Principal,
  pageSize,
  sealPage,
} from "../../domain/mod.ts";
import type {
  CallExtension,
  ChunkIndex,
  Clock,
  Coverage,
  GraphStore,
  Ingester,
  Scheduler,
  ServiceBinding,
  Sources,
  State,
} from "../../ports/mod.ts";
import { coverageHandlers } from "./coverage/service.ts";
import { withHeartbeats } from "./heartbeats.ts";
import { lifecycleHandlers } from "./lifecycle/service.ts";
import { standingOf } from "./list-sources.ts";
import { Once } from "./once.ts";
import { scheduleHandlers } from "./schedules/service.ts";
import { toSchedule } from "./schedules/wire.ts";
import { fromMode, fromState, toPlannedFile, toProgress, toRun, toSource } from "./wire.ts";

export interface ServiceParts {
  readonly ingester: Ingester;
  readonly sources: Sources;
  readonly state: State;
  readonly clock: Clock;
  readonly coverage: Coverage;
  readonly scheduler: Scheduler;
  readonly index: ChunkIndex;
  readonly graph: GraphStore;
}

type Call = CallContext & CallExtension;

/** Tails say that they live this often, ms. */
const heartbeatMs = 15_000;
const defaultPage = 50;
/** Runs and sources a page; planned files are small. */
const pageCap = 200;
const planPageCap = 1_000;
/** Characters of a reason that are kept. */
const longestReason = 1_000;

/** IngestService over the ingester. A source that the caller may not see does not exist for them, nor do its runs. */
export function ingestService(parts: ServiceParts): ServiceBinding {
  const { ingester, sources, state, clock } = parts;
  const startOnce = new Once<unknown>(state.jobs, "StartIngest");

  function visible(principal: Principal): string[] {
    const names = sources.all().map(({ name }) => name);
    return names.filter((name) => maySee(principal, name)).sort();
  }

  /** The names asked for, each once; all that the caller sees when none is. */
  function chosen(asked: readonly string[], principal: Principal): string[] {
    const names = visible(principal);
    for (const name of asked) if (!names.includes(name)) throw noSource(name);
    return asked.length === 0 ? names : [...new Set(asked)];
  }

  async function runFor(runId: string, { principal, signal }: Call): Promise<IngestRun> {
    if (runId === "") throw invalid("run_id", "is empty; ListIngestRuns names the runs there are");
    const run = await ingester.run(runId, signal);
    if (run === undefined || !maySee(principal, run.source)) throw noRun(runId);
    return run;
  }

  /** What keeps a source fresh, for its coverage reports. */
  async function scheduleOf(_source: string, principal: Principal, signal: AbortSignal) {
    const schedule = (await parts.scheduler.list(signal)).find(({ name }) => name === "ingest");
    return schedule && toSchedule(schedule, principal);
  }

  const implementation: IngestServiceImplementation<CallExtension> = {
    async startIngest(request, { principal, requestId, signal }) {
      const names = chosen(request.sources, principal);
      const mode = fromMode(request.mode);
      if (request.reason.length > longestReason)
        throw invalid("reason", `is longer than ${longestReason} characters; shorten it`);
      if (names.length === 0)
        throw new Fault("precondition", "there is no source to ingest: set KM_REPO_PATH or KM_SOURCES", {
          reason: "NO_SOURCES",
        });
      const { tokenId, name, scope, peer } = principal;
      const { idempotencyKey, ...args } = request;
      const answer = await startOnce.do(idempotencyKey, principal, args, signal, async () => {
        const runs = await ingester.start(
          {
            sources: names,
            mode,
            dryRun: request.validateOnly,
            trigger: "rpc",
            actor: { tokenId, name, scope, peer },
            requestId,
            reason: request.reason,
          },
          signal,
        );
        return StartIngestResponse.toJSON({ runs: runs.map(toRun) });
      });
      return StartIngestResponse.fromJSON(answer);
    },

    async *watchIngest({ runId, afterSequence }, call) {
      await runFor(runId, call);
      const events = ingester.watch(runId, afterSequence, call.signal);
      for await (const event of withHeartbeats(events, clock, heartbeatMs, call.signal))
        yield { progress: event && toProgress(event) };
    },

    async getIngestRun({ runId }, call) {
      return { run: toRun(await runFor(runId, call)) };
    },

    async listIngestRuns({ sources: asked, states, pageSize: size, pageToken }, { principal, signal }) {
      const names = chosen(asked, principal);
      // Unrestricted callers also see runs of sources that are configured no more.
      const within = asked.length === 0 && principal.sources === undefined ? [] : names;
      const wanted = { sources: within, states: states.map(fromState) };
      const limit = pageSize(size, defaultPage, pageCap);
      const scope = { method: "ListIngestRuns", args: { asked, states }, principal: principal.tokenId };
      const after = await position(scope, pageToken, "");
      if (within.length === 0 && principal.sources !== undefined) return { runs: [], nextPageToken: "" };
      const runs = await state.jobs.runs(wanted, after, limit + 1, signal);
      const page = runs.slice(0, limit);
      const nextPageToken = runs.length > limit ? await seal(scope, page.at(-1)!.runId) : "";
      return { runs: page.map(toRun), nextPageToken };
    },

    async getIngestPlan({ runId, pageSize: size, pageToken }, call) {
      const run = await runFor(runId, call);
      const limit = pageSize(size, defaultPage, planPageCap);
      const scope = { method: "GetIngestPlan", args: { runId }, principal: call.principal.tokenId };
      const files = await state.jobs.plan(runId, await position(scope, pageToken, ""), limit + 1, call.signal);
      if (files === undefined) throw noPlan(run);
      const page = files.slice(0, limit);
      const nextPageToken = files.length > limit ? await seal(scope, page.at(-1)!.path) : "";
      return { files: page.map(toPlannedFile), nextPageToken };
    },

    async cancelIngestRun({ runId }, call) {
      await runFor(runId, call);
      const { tokenId, name, scope, peer } = call.principal;
      const asker = { actor: { tokenId, name, scope, peer }, requestId: call.requestId };
      return { run: toRun(await ingester.cancel(runId, asker, call.signal)) };
    },

    async listSources({ pageSize: size, pageToken }, { principal, signal }) {
      const limit = pageSize(size, defaultPage, pageCap);
      const scope = { method: "ListSources", args: {}, principal: principal.tokenId };
      const after = await position(scope, pageToken, "");
      const names = visible(principal).filter((name) => name > after);
      const page = names.slice(0, limit).flatMap((name) => sources.get(name) ?? []);
      const standings = await Promise.all(page.map((source) => standingOf(source, state, ingester, signal)));
      const nextPageToken = names.length > limit ? await seal(scope, names[limit - 1]!) : "";
      const forReader = principal.scope !== "maintainer";
      return { sources: standings.map((standing) => toSource(standing, forReader)), nextPageToken };
    },

    ...coverageHandlers({ ...parts, scheduleOf }),
    ...lifecycleHandlers(parts),
    ...scheduleHandlers(parts),
  };

  type Scope = Parameters<typeof sealPage>[1];

  function seal(scope: Scope, after: string): Promise<string> {
    return sealPage(state.pageKey, scope, { after });
  }

  async function position(scope: Scope, token: string, first: string): Promise<string> {
    if (token === "") return first;
    return String(((await openPage(state.pageKey, scope, token)) as { after: unknown }).after);
  }

  return { definition: IngestServiceDefinition, implementation };
}

function noSource(name: string): Fault {
  return new Fault("not-found", `no source '${name}'; ListSources names those there are`, {
    metadata: { resource: `source:${name}` },
  });
}

function noRun(runId: string): Fault {
  return new Fault("not-found", `no ingest run '${runId}'; ListIngestRuns names those there are`, {
    metadata: { resource: `run:${runId}` },
  });
}

function noPlan(run: IngestRun): Fault {
  const why = run.dryRun ? "its plan is kept 24 hours and made first" : "only runs with validate_only have one";
  return new Fault("not-found", `run '${run.runId}' has no plan: ${why}`);
}
