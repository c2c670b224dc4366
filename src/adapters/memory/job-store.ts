import { type IngestProgress, type IngestRun, type PlannedFile, throwIfAborted } from "../../domain/mod.ts";
import type { Clock, JobStore, KeptAnswer } from "../../ports/mod.ts";

/** Plans, progress and first answers are kept for 24 hours, ms. */
const keptMs = 24 * 3_600_000;

const newestFirst = (a: IngestRun, b: IngestRun) =>
  b.startedAt - a.startedAt || (a.runId < b.runId ? 1 : a.runId > b.runId ? -1 : 0);

/** The reference job store. */
export function memoryJobStore(clock: Clock): JobStore {
  const runs = new Map<string, IngestRun>();
  const plans = new Map<string, { readonly at: number; readonly files: readonly PlannedFile[] }>();
  const events = new Map<string, Map<string, { readonly at: number; readonly event: IngestProgress }>>();
  const answers = new Map<string, { readonly at: number; readonly answer: KeptAnswer }>();
  const fresh = (kept: { readonly at: number } | undefined) => kept !== undefined && kept.at > clock.now() - keptMs;

  return {
    async saveRun(run, signal) {
      throwIfAborted(signal);
      runs.set(run.runId, structuredClone(run));
    },
    async saveRuns(all, signal) {
      throwIfAborted(signal);
      for (const run of structuredClone(all)) runs.set(run.runId, run);
    },
    async run(runId, signal) {
      throwIfAborted(signal);
      return structuredClone(runs.get(runId));
    },
    async runsById(runIds, signal) {
      throwIfAborted(signal);
      return structuredClone(runIds.flatMap((runId) => runs.get(runId) ?? []));
    },
    async runs({ sources, states }, after, limit, signal) {
      throwIfAborted(signal);
      const last = runs.get(after);
      if (after !== "" && last === undefined) return [];
      const found = [...runs.values()].filter(
        (run) =>
          (sources.length === 0 || sources.includes(run.source)) &&
          (states.length === 0 || states.includes(run.state)) &&
          (last === undefined || newestFirst(last, run) < 0),
      );
      return structuredClone(found.sort(newestFirst).slice(0, limit));
    },
    async savePlan(runId, files, signal) {
      throwIfAborted(signal);
      const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
      plans.set(runId, { at: clock.now(), files: structuredClone(sorted) });
    },
    async plan(runId, afterPath, limit, signal) {
      throwIfAborted(signal);
      const plan = plans.get(runId);
      if (plan === undefined || !fresh(plan)) return undefined;
      return structuredClone(plan.files.filter(({ path }) => path > afterPath).slice(0, limit));
    },
    async saveProgress(some, signal) {
      throwIfAborted(signal);
      for (const event of some) {
        const ofRun = events.get(event.run.runId) ?? new Map();
        events.set(event.run.runId, ofRun.set(event.stage, { at: clock.now(), event: structuredClone(event) }));
      }
    },
    async progress(runId, afterSequence, signal) {
      throwIfAborted(signal);
      const kept = [...(events.get(runId)?.values() ?? [])].filter(fresh).map(({ event }) => event);
      const after = kept.filter(({ sequence }) => sequence > afterSequence);
      return structuredClone(after.sort((a, b) => a.sequence - b.sequence));
    },
    async keepAnswer(key, answer, signal) {
      throwIfAborted(signal);
      const kept = answers.get(key);
      if (kept !== undefined && fresh(kept)) return kept.answer;
      answers.set(key, { at: clock.now(), answer });
      return answer;
    },
    async keptAnswer(key, signal) {
      throwIfAborted(signal);
      const kept = answers.get(key);
      return kept !== undefined && fresh(kept) ? kept.answer : undefined;
    },
  };
}
