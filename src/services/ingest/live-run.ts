import { setMaxListeners } from "node:events";
import { type FileRecord, type IngestRun, type IngestStage, isOver } from "../../domain/mod.ts";
import type { Clock, Fields, Log, Tracer } from "../../ports/mod.ts";
import { Handled } from "./handled.ts";
import { ProgressLog } from "./progress-log.ts";

/** More files than this, and the threads that read and embed are let go after them: they took up a lot for them. */
export const restAfter = 1_000;
/** Watchers hear of every so many files: progress that moves, without an event a file. */
export const reportEvery = 25;

/** What a run has done so far, beside the record of it. */
export interface Tally {
  filesDone: number;
  filesTotal: number;
  chunksDone: number;
  bytesDone: number;
  currentPath: string;
}

/** A run of this process: its record as it grows, its stages, its watchers, its end. */
export class LiveRun {
  readonly log: Log;
  readonly progress = new ProgressLog();
  readonly tally: Tally = { filesDone: 0, filesTotal: 0, chunksDone: 0, bytesDone: 0, currentPath: "" };
  /** Which files it has handled, for its log lines. */
  readonly handled = new Handled();
  readonly ended: Promise<IngestRun>;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #timed: (stage: string, ms: number) => void;
  #resolveEnded: (run: IngestRun) => void = () => {};
  #run: IngestRun;
  #stage: IngestStage = "waiting";
  #since: number;
  #warnings: readonly string[] = [];
  #trace: Fields = {};

  /** `timed` hears how long each stage took. */
  constructor(run: IngestRun, clock: Clock, log: Log, timed: (stage: string, ms: number) => void) {
    this.#run = run;
    this.#clock = clock;
    this.#timed = timed;
    this.#since = clock.now();
    // Every file at work listens to it: as many as there are is no leak.
    setMaxListeners(0, this.#stop.signal);
    this.log = log.with({ ingest_run_id: run.runId, source: run.source });
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.report();
  }

  /** Ids of its trace, for the lines about its end, which are written after its span; empty where it has none. */
  get trace(): Fields {
    return this.#trace;
  }

  /** Called inside its span. */
  traced({ current }: Tracer): void {
    const ids = current?.();
    if (ids) this.#trace = { trace_id: ids.traceId, span_id: ids.spanId };
  }

  get run(): IngestRun {
    return this.#run;
  }

  get stage(): IngestStage {
    return this.#stage;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Aborted by a cancel, a lost lease or the end of the process; its reason is a Fault. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(reason: Error): void {
    this.#stop.abort(reason);
  }

  update(change: Partial<IngestRun>): void {
    this.#run = { ...this.#run, ...change };
  }

  /** A file that only its content keeps out was counted as added or changed: the counts add up to what was listed. */
  moveToSkipped(before: FileRecord | undefined): void {
    const { files } = this.#run;
    const from = before === undefined ? "added" : "changed";
    this.update({ files: { ...files, [from]: files[from] - 1, skipped: files.skipped + 1 } });
  }

  warn(warnings: readonly string[]): void {
    this.#warnings = warnings;
  }

  /** Ends the present stage and begins another; one log line for each. */
  enter(stage: IngestStage): void {
    this.#close();
    this.#stage = stage;
    this.#since = this.#clock.now();
    this.report();
  }

  /** Tells the watchers where the run is. */
  report(): void {
    this.progress.add({ stage: this.#stage, warnings: this.#warnings, run: this.#run, ...this.tally });
  }

  /** The run is over: `change` says how. */
  end(change: Partial<IngestRun>): IngestRun {
    this.#close();
    this.update({ finishedAt: this.#clock.now(), ...change });
    if (!isOver(this.#run.state)) throw new Error(`run ${this.#run.runId} can't end as ${this.#run.state}`);
    return this.#run;
  }

  /** Its end is stored: watchers hear of it, and the promise resolves. */
  settle(): void {
    this.report();
    this.progress.end();
    this.#resolveEnded(this.#run);
  }

  #close(): void {
    const ms = this.#clock.now() - this.#since;
    this.#since = this.#clock.now();
    const before = this.#run.stages[this.#stage] ?? 0;
    this.update({ stages: { ...this.#run.stages, [this.#stage]: before + ms } });
    this.#timed(this.#stage, ms);
    const { filesDone, filesTotal, chunksDone } = this.tally;
    const facts = { stage: this.#stage, ms, files_done: filesDone, files_total: filesTotal, chunks_done: chunksDone };
    this.log.info({ ...facts, ...this.handled.fields() }, `ingest: ${this.#stage} done`);
  }
}
