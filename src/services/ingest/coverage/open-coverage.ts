import { type CoverageReport, Fault, type IngestRun, type NewAuditEntry, throwIfAborted } from "../../../domain/mod.ts";
import type { AuditLedger, Coverage, Source, Telemetry } from "../../../ports/mod.ts";
import { unstoppable } from "../ingest-parts.ts";
import { measure } from "./measure.ts";
import { behind, type ReportParts, servedRevision, writeReport } from "./write-report.ts";

export interface CoverageParts extends ReportParts {
  readonly ledger: AuditLedger;
  readonly telemetry: Telemetry;
}

/** Coverage, and how the process that holds it ends. */
export interface StoppableCoverage extends Coverage {
  /** Takes no more work; resolves once all reports begun, or due after runs, are written. */
  drain(): Promise<void>;
  /** Breaks off what is being written. */
  stop(): Promise<void>;
}

/** Reports of a source are written one after the other; those after runs only for the newest run that waits. */
interface Line {
  last: Promise<unknown>;
  waiting: IngestRun | undefined;
  /** The report that waits for further runs waits no longer. */
  hurry: () => void;
}

/**
 * A report is of the whole source, and a run that a watch starts of one save: after such runs it waits this long for
 * more of them, ms, unless somebody asks for it. What a save costs then does not grow with the source.
 */
const gatheredMs = 300_000;

export function openCoverage(parts: CoverageParts): StoppableCoverage {
  const { sources, store, ledger, telemetry, clock } = parts;
  const lines = new Map<string, Line>();
  const shutdown = new AbortController();
  let draining = false;

  function lineOf(source: string): Line {
    const line = lines.get(source) ?? { last: Promise.resolve(), waiting: undefined, hurry: () => {} };
    lines.set(source, line);
    return line;
  }

  /** After what the line holds already, whether that went well or not. */
  function inLine<T>(line: Line, work: () => Promise<T>): Promise<T> {
    const doing = line.last.then(work, work);
    line.last = doing.catch(() => {});
    return doing;
  }

  /** Resolves once no more runs are waited for. */
  function gathered(line: Line): Promise<void> {
    const over = new AbortController();
    const hurried = new Promise<void>((resolve) => {
      line.hurry = resolve;
    });
    const late = clock.sleep(gatheredMs, over.signal).catch(() => {});
    return Promise.race([hurried, late]).finally(() => over.abort());
  }

  const hurryAll = () => {
    for (const line of lines.values()) line.hurry();
  };

  async function write(source: Source, runId: string, signal: AbortSignal): Promise<CoverageReport> {
    const report = await writeReport(parts, source, runId, signal);
    measure(telemetry, report);
    return report;
  }

  async function reportAfter(source: Source, run: IngestRun): Promise<void> {
    const signal = shutdown.signal;
    try {
      throwIfAborted(signal);
      const { generation } = servedRevision(parts, source.name);
      const [latest] = run.generation > 0 ? [] : await store.reports(source.name, signal);
      // A run that had nothing to do leaves what the latest report says as it was.
      if (latest?.revision.generation === generation) {
        const commits = await behind(source, latest.revision, signal);
        measure(telemetry, { ...latest, commitsBehind: commits });
      } else await write(source, run.runId, signal);
    } catch (error) {
      if (signal.aborted) return;
      const fields = { err: error, source: source.name, ingest_run_id: run.runId };
      telemetry.log.error(fields, "no coverage report was written after the run; the next run or schedule will");
    }
  }

  return {
    async generate(name, actor, requestId, signal) {
      const source = sources.get(name);
      if (source === undefined) throw new Fault("not-found", `no source '${name}'; ListSources names those there are`);
      servedRevision(parts, name);
      if (draining) throw new Fault("unavailable", "the gateway is stopping; ask again once it is back");
      const entry: Omit<NewAuditEntry, "outcome" | "details" | "startedSequence"> = {
        kind: "coverage-report",
        actor,
        requestId,
        source: name,
        run: undefined,
      };
      const begun = { ...entry, outcome: "started" as const, details: {}, startedSequence: 0 };
      const { sequence: startedSequence } = await ledger.append(begun, signal);
      const either = AbortSignal.any([signal, shutdown.signal]);
      lineOf(name).hurry();
      try {
        const report = await inLine(lineOf(name), () => write(source, "", either));
        const details = { report_id: report.reportId, ...counts(report) };
        await ledger.append({ ...entry, outcome: "succeeded", details, startedSequence }, unstoppable);
        return report;
      } catch (error) {
        const { reason, message } = told(error);
        const outcome = either.aborted ? ("cancelled" as const) : ("failed" as const);
        await ledger.append({ ...entry, outcome, details: { reason, message }, startedSequence }, unstoppable);
        throw error;
      }
    },

    afterRun(run) {
      const source = sources.get(run.source);
      if (source === undefined || run.dryRun || run.state !== "succeeded") return;
      const line = lineOf(run.source);
      const queued = line.waiting !== undefined;
      // A run that only confirmed what an earlier waiting one wrote must not hide that one.
      if (!queued || run.generation > 0) line.waiting = run;
      const later = run.trigger === "watch" && !draining;
      if (queued && !later) line.hurry();
      if (queued) return;
      // At once, so that who hurries from here on is heard.
      const due = later ? gathered(line) : undefined;
      void inLine(line, async () => {
        await due;
        const newest = line.waiting;
        line.waiting = undefined;
        if (newest !== undefined) await reportAfter(source, newest);
      });
    },

    async reports(source, signal) {
      lines.get(source)?.hurry();
      await unlessAborted(lines.get(source)?.last, signal);
      return store.reports(source, signal);
    },

    entries: (...args) => store.entries(...args),

    async drain() {
      draining = true;
      hurryAll();
      await Promise.all([...lines.values()].map(({ last }) => last));
    },

    async stop() {
      draining = true;
      hurryAll();
      shutdown.abort(new Fault("cancelled", "the gateway is stopping", { reason: "SHUTDOWN" }));
      await Promise.all([...lines.values()].map(({ last }) => last));
    },
  };
}

/** Waits no longer than the caller does. */
async function unlessAborted(work: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  if (work === undefined) return;
  throwIfAborted(signal);
  let leave: () => void = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  signal.addEventListener("abort", leave, { once: true });
  try {
    await Promise.race([work, left]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
  throwIfAborted(signal);
}

function counts({ summary }: CoverageReport): Record<string, string> {
  const { tracked, indexed, partial, skipped, excluded } = summary;
  return Object.fromEntries(
    Object.entries({ tracked, indexed, partial, skipped, excluded }).map(([name, count]) => [name, String(count)]),
  );
}

function told(error: unknown): { readonly reason: string; readonly message: string } {
  if (error instanceof Fault) return error;
  return { reason: "INTERNAL", message: "an unexpected error; the gateway's log has it under this request's id" };
}

/** Longer than a report takes, ms: of several gateways, another may be at one that began later. */
const longAgo = 600_000;

/** Entries that a dead process left open are closed as interrupted, and the metrics say what the latest reports do. */
export async function recoverCoverage(parts: CoverageParts, signal: AbortSignal, soleOwner = true): Promise<void> {
  const { ledger, sources, store, telemetry, clock } = parts;
  const youngest = soleOwner ? Number.MAX_SAFE_INTEGER : clock.now() - longAgo;
  const left = (await ledger.open(signal)).filter(
    ({ kind, recordedAt }) => kind === "coverage-report" && recordedAt <= youngest,
  );
  const closings = left.map(({ sequence, kind, actor, requestId, source }) => {
    const details = { closed_by: "the start after it" };
    const entry = { kind, outcome: "interrupted", actor, requestId, source, run: undefined, details } as const;
    return { ...entry, startedSequence: sequence };
  });
  if (closings.length > 0) await ledger.appendAll(closings, signal);
  for (const { name } of sources.all()) {
    const [latest] = await store.reports(name, signal);
    if (latest !== undefined) measure(telemetry, latest);
  }
}
