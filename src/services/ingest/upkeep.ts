import { alive, insider } from "../../domain/mod.ts";
import type { IngestParts } from "./ingest-parts.ts";
import { type IngestSettings, leaseName, leaseTtlMs } from "./ingest-settings.ts";
import { endLeft } from "./recover.ts";

/** How often superseded rows are looked for without a run, ms: they go within a minute of the end of their grace. */
const upkeepMs = 60_000;

/** Deletes what nobody can read any more: superseded generations past their grace, and sources taken out. */
export class Upkeep {
  readonly #parts: IngestParts;
  readonly #signal: AbortSignal;
  /** Up to which generation each source was swept by this process. */
  readonly #swept = new Map<string, number>();

  readonly #settings: IngestSettings;

  /** `signal` ends all of it. */
  constructor(parts: IngestParts, settings: IngestSettings, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    this.#settings = settings;
  }

  /** Sweeps now and then until the end. Trouble is logged, and the next time is another chance. */
  async run(): Promise<void> {
    const { clock, telemetry } = this.#parts;
    while (!this.#signal.aborted) {
      try {
        // What another gateway left: of one that is alone, there is nothing but what the start found.
        if (!(this.#settings.soleOwner ?? true)) await endLeft(this.#parts, this.#settings, this.#signal);
        await this.sweepRetired();
        await this.sweepExpired();
      } catch (error) {
        if (!this.#signal.aborted) telemetry.log.warn({ err: error }, "sweeping failed; it is tried again");
      }
      await clock.sleep(upkeepMs, this.#signal).catch(() => {});
    }
  }

  /** Rows that no readable generation sees, of every source or of one. Returns the chunks deleted. */
  async sweepExpired(only?: string): Promise<number> {
    const { state, index, graph, clock } = this.#parts;
    let chunks = 0;
    for (const { source, generation } of await state.revisions.expire(clock.now(), this.#signal)) {
      if (only !== undefined && source !== only) continue;
      if (this.#swept.get(source) === generation) continue;
      chunks += await index.sweep(source, generation, this.#signal);
      await graph?.sweep(source, generation, this.#signal);
      this.#swept.set(source, generation);
    }
    return chunks;
  }

  /** Stops serving what is not configured any more. The rows are swept afterwards, by whoever comes to it. */
  async retire(): Promise<void> {
    const { state, sources, ledger, telemetry } = this.#parts;
    for (const { source } of state.revisions.served()) {
      if (sources.get(source) !== undefined) continue;
      const { tokenId, name, scope, peer } = insider("start");
      await ledger.append(
        {
          kind: "config-change",
          outcome: "succeeded",
          actor: { tokenId, name, scope, peer },
          requestId: "",
          source,
          run: undefined,
          details: { change: "the source is configured no more; its content is removed" },
          startedSequence: 0,
        },
        this.#signal,
      );
      await state.revisions.retire(source, this.#signal);
      this.#swept.delete(source);
      telemetry.log.info({ source }, "the source is configured no more: its content is removed");
    }
  }

  /** Every row of retired sources, or of those among them that are configured again: they must start from nothing. */
  async sweepRetired(which: "all" | "configured" = "all"): Promise<void> {
    const { state, sources, index, graph, clock } = this.#parts;
    for (const source of await state.revisions.retired(this.#signal)) {
      if (which === "configured" && sources.get(source) === undefined) continue;
      const lease = await state.leases.acquire(leaseName(source), `sweep:${clock.uuid()}`, leaseTtlMs, this.#signal);
      if ("heldBy" in lease) continue;
      try {
        await index.sweep(source, alive, this.#signal);
        await graph?.sweep(source, alive, this.#signal);
        await state.revisions.forget(source, this.#signal);
      } finally {
        await state.leases.release(lease);
      }
    }
  }
}
