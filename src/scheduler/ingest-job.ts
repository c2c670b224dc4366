import { Fault, type IngestRun } from "../domain/mod.ts";
import type { Asker, Clock, Ingester, Random, Sources, Telemetry } from "../ports/mod.ts";
import type { Job, TickResult } from "./job.ts";

export interface IngestJobParts {
  readonly ingester: Ingester;
  readonly sources: Sources;
  readonly clock: Clock & Random;
  readonly telemetry: Pick<Telemetry, "log">;
}

/** Sources whose HEAD is looked at together: a few Git processes each. */
const lookAtOnce = 4;
const unstoppable = new AbortController().signal;

/** What became of one source: a run, started or skipped, or why none could start. */
type Started = { readonly run: IngestRun } | { readonly failed: string };

/** An incremental run of every source whose HEAD, settings or embedder are not those of what is served. */
export function ingestJob({ ingester, sources, clock, telemetry }: IngestJobParts): Job {
  async function startOne(source: string, asker: Asker, signal: AbortSignal): Promise<Started> {
    try {
      // What can't be looked at is left to the run, which records why.
      const unchanged = await ingester.unchanged(source, signal).catch(() => false);
      if (unchanged) return { run: skipped(source, asker, "HEAD_UNCHANGED") };
      const order = { sources: [source], mode: "incremental", dryRun: false, trigger: "schedule" } as const;
      const [run] = await ingester.start({ ...order, ...asker, reason: "by schedule" }, signal);
      return { run: run! };
    } catch (error) {
      if (!(error instanceof Fault)) telemetry.log.error({ err: error, source }, "a scheduled run could not start");
      const reason = error instanceof Fault ? error.reason : "INTERNAL";
      return reason === "INGEST_BUSY" ? { run: skipped(source, asker, "BUSY") } : { failed: reason };
    }
  }

  /** A run that never was: it has no id, and is not kept. */
  function skipped(source: string, { actor, requestId }: Asker, skipReason: string): IngestRun {
    const now = clock.now();
    return {
      runId: "",
      source,
      mode: "incremental",
      dryRun: false,
      trigger: "schedule",
      actor,
      requestId,
      state: "skipped",
      skipReason,
      startedAt: now,
      finishedAt: now,
      commit: "",
      previousCommit: "",
      generation: 0,
      embedder: "",
      files: { discovered: 0, added: 0, changed: 0, removed: 0, unchanged: 0, skipped: 0 },
      chunks: { written: 0, removed: 0, reused: 0, total: 0 },
      graph: { nodes: 0, edges: 0 },
      stages: {},
      error: undefined,
      reason: "by schedule",
    };
  }

  return {
    name: "ingest",
    kind: "ingest-run",
    async begin(asker, signal) {
      const names = sources.all().map(({ name }) => name);
      const started: Started[] = [];
      for (let at = 0; at < names.length; at += lookAtOnce) {
        const part = names.slice(at, at + lookAtOnce);
        started.push(...(await Promise.all(part.map((name) => startOne(name, asker, signal)))));
      }
      const runs = started.flatMap((one) => ("run" in one ? [one.run] : []));
      const failures = started.flatMap((one) => ("failed" in one ? [one.failed] : []));
      return { runs, ended: endOf(runs, failures) };
    },
  };

  async function endOf(runs: readonly IngestRun[], failures: readonly string[]): Promise<TickResult> {
    try {
      const begun = runs.filter(({ state }) => state !== "skipped");
      const ended = await Promise.all(begun.map(({ runId }) => ingester.ended(runId, unstoppable)));
      return resultOf([...ended, ...runs.filter(({ state }) => state === "skipped")], failures);
    } catch (error) {
      telemetry.log.error({ err: error }, "the end of a scheduled run could not be learnt");
      return { outcome: "FAILED", reason: "INTERNAL" };
    }
  }
}

/** The worst of it. */
function resultOf(runs: readonly IngestRun[], failures: readonly string[]): TickResult {
  const failed = failures[0] ?? runs.find(({ state }) => state === "failed")?.error?.reason;
  if (failed !== undefined) return { outcome: "FAILED", reason: failed };
  const cancelled = runs.find(({ state }) => state === "cancelled");
  if (cancelled?.error?.reason === "SHUTDOWN") return { outcome: "INTERRUPTED", reason: "SHUTDOWN" };
  if (cancelled !== undefined) return { outcome: "CANCELLED", reason: cancelled.error?.reason ?? "CANCELLED" };
  if (runs.some(({ state }) => state === "planned")) return { outcome: "PLANNED", reason: "DRY_RUN" };
  const skipped = new Set(runs.map(({ skipReason }) => skipReason));
  if (skipped.has("")) return { outcome: "SUCCEEDED", reason: "" };
  if (skipped.has("BUSY")) return { outcome: "SKIPPED", reason: "BUSY" };
  return { outcome: "SKIPPED", reason: runs.length === 0 ? "NO_SOURCES" : "HEAD_UNCHANGED" };
}
