import type { IngestRun } from "../../domain/mod.ts";
import { type IngestParts, unstoppable } from "./ingest-parts.ts";
import { closingOutcome, ledgerEntry } from "./ledger-entry.ts";
import type { LiveRun } from "./live-run.ts";
import { countRun } from "./run-metrics.ts";

interface End {
  readonly one: LiveRun;
  readonly ended: IngestRun;
  readonly startedSequence: number;
}

/** How runs ended, in job state and in the ledger. What can't be written (a full disk) is written later. */
export class RunEnds {
  readonly #parts: Pick<IngestParts, "state" | "ledger" | "telemetry">;
  #late: End[] = [];

  constructor(parts: Pick<IngestParts, "state" | "ledger" | "telemetry">) {
    this.#parts = parts;
  }

  /** Trouble here doesn't change how the run ended. */
  async record(one: LiveRun, ended: IngestRun, startedSequence: number): Promise<void> {
    countRun(this.#parts.telemetry.meter, ended);
    const end = { one, ended, startedSequence };
    if (!(await this.#write(end))) this.#late.push(end);
    const { state: how, generation, files, chunks } = ended;
    one.log.info({ ...one.trace, state: how, generation, files, chunks, ...one.handled.fields() }, "ingest ended");
  }

  /** Writes what could not be written when it happened. */
  async recordLate(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    for (const end of late) if (!(await this.#write(end))) this.#late.push(end);
  }

  async #write({ one, ended, startedSequence }: End): Promise<boolean> {
    const { state, ledger } = this.#parts;
    try {
      await state.jobs.saveRun(ended, unstoppable);
      const { error } = ended;
      const details: Readonly<Record<string, string>> =
        error === undefined ? {} : { reason: error.reason, message: error.message, stage: error.stage };
      await ledger.append(ledgerEntry(closingOutcome(ended), ended, startedSequence, details), unstoppable);
      return true;
    } catch (cause) {
      one.log.error({ err: cause }, "the end of the run could not be recorded; the next run or start will");
      return false;
    }
  }
}
