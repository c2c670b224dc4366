import { Fault } from "../../../domain/mod.ts";
import type { IndexTotals } from "../../../ports/mod.ts";
import { openForWriting } from "../file/mod.ts";
import { breathe, type FaultMessage, toMessage } from "../thread/mod.ts";
import { Contents } from "./contents.ts";
import { Counters } from "./counters.ts";
import { Embeddings } from "./embeddings.ts";
import { GenerationWriter, type Tables } from "./generation-writer.ts";
import { indexFault } from "./index-fault.ts";
import { migrate } from "./migrations.ts";
import { findSource, fingerprintId, sourceId } from "./names.ts";
import { Segments } from "./segments.ts";
import { shrink, sweepStep } from "./sweep-step.ts";
import { takeBackStep } from "./take-back.ts";
import type { BeginArgument, PutAllArgument, PutFaults, SweepStep, WriterKey } from "./writer-operations.ts";

/** Chunks in a transaction: 500 to 1,000 was measured to be both fast and short. */
const transactionChunks = 750;
/** Files in a transaction, for runs that touch many and chunk none. */
const transactionFiles = 256;
const cacheKib = 16_384;
const setCommitted =
  "INSERT INTO committed (source, generation) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET generation = excluded.generation";

/** The one place that writes the index file: open writers, the transaction they share, and upkeep. */
export class IndexWriterStore {
  readonly #tables: Tables;
  readonly #writers = new Map<string, GenerationWriter>();
  /** Writers whose rows were lost with a failed transaction: only `abort` helps. */
  readonly #broken = new Map<string, Fault>();
  /** By source: what the generation that it committed last holds. */
  readonly #totals = new Map<number, IndexTotals & { readonly generation: number }>();
  #chunks = 0;
  #files = 0;

  constructor(file: string, dimensions: number) {
    const db = openForWriting(file, cacheKib, migrate);
    const counters = new Counters(db);
    const contents = new Contents(db, counters);
    const embeddings = new Embeddings(db, counters);
    this.#tables = { db, counters, contents, embeddings, segments: new Segments(db, counters, dimensions) };
  }

  /** Returns the generation that the new one stands on, whose rows `abort` goes back to. */
  async begin({ source: name, base: asked, generation, fingerprint }: BeginArgument): Promise<number> {
    if (this.#writers.has(name))
      throw new Fault("conflict", `an ingest of ${name} is being written: wait until it ends`, {
        reason: "WRITER_BUSY",
      });
    const { db, contents } = this.#tables;
    const { source, fingerprintRow, committed } = this.#within(() => {
      const id = sourceId(db, name);
      const latest = db.number("SELECT generation FROM committed WHERE source = ?", [id]);
      return { source: id, fingerprintRow: fingerprintId(db, fingerprint), committed: latest };
    });
    // From nothing: what was committed last stays readable, so only what came after it was left unfinished.
    const base = asked === 0 ? committed : asked;
    if (generation <= base) throw new Fault("precondition", `generation ${generation} of ${name} must follow ${base}`);
    const key = { source, base, next: generation, fingerprint: fingerprintRow };
    this.#writers.set(name, new GenerationWriter(this.#tables, key));
    try {
      await this.#takeBack(source, base);
      if (asked === 0) this.#within(() => contents.endAll(source, generation));
    } catch (error) {
      this.#writers.delete(name);
      throw error;
    }
    return base;
  }

  known(key: WriterKey, textHashes: readonly string[]): string[] {
    return this.#writer(key).known(textHashes);
  }

  /** Files in their order, each by itself. */
  put({ puts, ...key }: PutAllArgument): PutFaults {
    const faults: [number, FaultMessage][] = [];
    for (const [at, put] of puts.entries()) {
      try {
        this.#write(key, put.chunks.textHashes.length, (writer) => writer.put(put));
      } catch (error) {
        faults.push([at, toMessage(indexFault(error))]);
      }
    }
    return faults;
  }

  change(key: WriterKey, work: (writer: GenerationWriter) => void): void {
    this.#write(key, 0, work);
  }

  async commit(key: WriterKey, signal: AbortSignal): Promise<IndexTotals> {
    const writer = this.#writer(key);
    this.#write(key, 0, () => writer.flush());
    this.#flush();
    const { source, base, next } = writer.key;
    const former = this.#totals.get(source);
    this.#totals.delete(source);
    const totals = writer.totals(former?.generation === base ? former : undefined);
    // The last write of the run goes to disk before the caller may flip a revision in another database.
    this.#guard(() =>
      this.#tables.db.durably(() => {
        this.#tables.db.sql(setCommitted).run([source, next]);
      }),
    );
    await breathe(signal);
    while (this.#within(() => this.#tables.segments.merge(source))) await breathe(signal);
    this.#writers.delete(key.source);
    this.#totals.set(source, { ...totals, generation: next });
    return totals;
  }

  /** Safe after anything: where even taking back fails, the next `begin` does it. */
  async abort(key: WriterKey, base: number): Promise<void> {
    const open = this.#writers.get(key.source);
    if (open !== undefined && open.key.next !== key.generation) return;
    this.#writers.delete(key.source);
    this.#broken.delete(key.source);
    const source = findSource(this.#tables.db, key.source);
    if (source === undefined) return;
    try {
      await this.#takeBack(source, base);
    } catch (error) {
      if (indexFault(error).code !== "exhausted") throw error;
    }
  }

  sweep(name: string, oldest: number): SweepStep {
    const source = findSource(this.#tables.db, name);
    if (source === undefined) return { chunks: 0, done: true };
    const writer = this.#writers.get(name);
    if (writer !== undefined && oldest >= writer.key.next)
      throw new Fault("conflict", `an ingest of ${name} is being written: sweep it afterwards`);
    const step = this.#within(() => sweepStep(this.#tables, source, oldest, this.#writers.size > 0));
    if (!step.done) return step;
    return { chunks: step.chunks, done: !this.#guard(() => shrink(this.#tables)) };
  }

  close(): void {
    try {
      this.#flush();
      this.#tables.db.sql("PRAGMA wal_checkpoint(TRUNCATE)").get([]);
    } finally {
      this.#tables.db.close();
    }
  }

  #writer(key: WriterKey): GenerationWriter {
    const broken = this.#broken.get(key.source);
    if (broken !== undefined) throw broken;
    const writer = this.#writers.get(key.source);
    if (writer === undefined || writer.key.next !== key.generation)
      throw new Fault("precondition", `the writer of ${key.source} has ended: begin another`);
    return writer;
  }

  /** Work inside the shared transaction, which ends when it has grown enough. */
  #write(key: WriterKey, chunks: number, work: (writer: GenerationWriter) => void): void {
    const writer = this.#writer(key);
    this.#guard(() => {
      if (!this.#tables.db.inTransaction) this.#tables.db.exec("BEGIN IMMEDIATE");
      work(writer);
    });
    this.#files += 1;
    this.#chunks += chunks;
    if (this.#chunks >= transactionChunks || this.#files >= transactionFiles) this.#flush();
  }

  #flush(): void {
    if (!this.#tables.db.inTransaction) return;
    this.#guard(() => {
      this.#tables.counters.save();
      this.#tables.db.exec("COMMIT");
    });
    this.#chunks = 0;
    this.#files = 0;
  }

  /** Work in a transaction of its own. */
  #within<T>(work: () => T): T {
    this.#flush();
    return this.#guard(() =>
      this.#tables.db.transaction(() => {
        const result = work();
        this.#tables.counters.save();
        return result;
      }),
    );
  }

  async #takeBack(source: number, base: number): Promise<void> {
    while (this.#within(() => takeBackStep(this.#tables, source, base))) await Promise.resolve();
    this.#within(() => this.#tables.db.sql(setCommitted).run([source, base]));
  }

  /** A refusal leaves the transaction as it was; an engine's error ends it, and with it what all writers wrote. */
  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Fault) throw error;
      const fault = indexFault(error);
      this.#tables.db.rollback();
      this.#chunks = 0;
      this.#files = 0;
      for (const source of this.#writers.keys()) this.#broken.set(source, fault);
      throw fault;
    }
  }
}
