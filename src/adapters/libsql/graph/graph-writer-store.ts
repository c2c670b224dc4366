import { alive, Fault } from "../../../domain/mod.ts";
import { type Connection, openForWriting } from "../file/mod.ts";
import { type FaultMessage, toMessage } from "../thread/mod.ts";
import { GenerationWriter } from "./generation-writer.ts";
import { graphFault } from "./graph-fault.ts";
import { KnownNames } from "./known-names.ts";
import { migrate } from "./migrations.ts";
import { shrink, sweepStep, takeBackStep } from "./upkeep.ts";
import type { Change, ChangeFaults, SweepStep, WriterKey } from "./writer-operations.ts";

/** Changes in a transaction: some thousand rows. */
const transactionChanges = 256;
const cacheKib = 16_384;
const setCommitted =
  "INSERT INTO committed (source, generation) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET generation = excluded.generation";

/** The one place that writes the graph's file: open writers, the transaction they share, and upkeep. */
export class GraphWriterStore {
  readonly #db: Connection;
  readonly #writers = new Map<string, GenerationWriter>();
  /** Writers whose rows were lost with a failed transaction: only `abort` helps. */
  readonly #broken = new Map<string, Fault>();
  /** By source: what its last writer knew of names, as of the generation that it committed. */
  readonly #names = new Map<number, { readonly generation: number; readonly names: KnownNames }>();
  #changes = 0;

  constructor(file: string) {
    this.#db = openForWriting(file, cacheKib, migrate);
  }

  /** Returns the generation that the new one stands on, whose rows `abort` goes back to. */
  async begin({ source: name, base: asked, generation }: WriterKey & { readonly base: number }): Promise<number> {
    if (this.#writers.has(name))
      throw new Fault("conflict", `an ingest of ${name} is being written: wait until it ends`, {
        reason: "WRITER_BUSY",
      });
    const source = this.#within(() => this.#addSource(name));
    const committed = this.#db.number("SELECT generation FROM committed WHERE source = ?", [source]);
    // From nothing: what was committed last stays readable, so only what came after it was left unfinished.
    const base = asked === 0 ? committed : asked;
    if (generation <= base) throw new Fault("precondition", `generation ${generation} of ${name} must follow ${base}`);
    const writer = new GenerationWriter(this.#db, { source, base, next: generation }, this.#takeNames(source, asked));
    this.#writers.set(name, writer);
    try {
      await this.#takeBack(source, base);
      if (asked === 0) this.#within(() => writer.endAll());
    } catch (error) {
      this.#writers.delete(name);
      throw error;
    }
    return base;
  }

  /** Changes in their order, each by itself. */
  change(key: WriterKey, changes: readonly Change[]): ChangeFaults {
    const faults: [number, FaultMessage][] = [];
    for (const [at, change] of changes.entries()) {
      try {
        const writer = this.writer(key);
        this.#guard(() => {
          if (!this.#db.inTransaction) this.#db.exec("BEGIN IMMEDIATE");
          writer.change(change);
        });
        this.#changes += 1;
        if (this.#changes >= transactionChanges) this.#flush();
      } catch (error) {
        faults.push([at, toMessage(graphFault(error))]);
      }
    }
    return faults;
  }

  commit(key: WriterKey): void {
    const writer = this.writer(key);
    this.#flush();
    const { source, next } = writer.key;
    const { names } = writer.facts;
    // The last write of the run goes to disk before the caller may flip a revision in another database.
    this.#guard(() =>
      this.#db.durably(() => {
        this.#db.sql(setCommitted).run([source, next]);
      }),
    );
    this.#writers.delete(key.source);
    if (names !== undefined) this.#names.set(source, { generation: next, names });
  }

  /** Safe after anything: where even taking back fails, the next `begin` does it. */
  async abort(key: WriterKey, base: number): Promise<void> {
    const open = this.#writers.get(key.source);
    if (open !== undefined && open.key.next !== key.generation) return;
    this.#writers.delete(key.source);
    this.#broken.delete(key.source);
    const source = this.#findSource(key.source);
    if (source === undefined) return;
    try {
      await this.#takeBack(source, base);
    } catch (error) {
      if (graphFault(error).code !== "exhausted") throw error;
    }
  }

  sweep(name: string, oldest: number): SweepStep {
    const source = this.#findSource(name);
    if (source === undefined) return { deleted: 0, done: true };
    const writer = this.#writers.get(name);
    if (writer !== undefined && oldest >= writer.key.next)
      throw new Fault("conflict", `an ingest of ${name} is being written: sweep it afterwards`);
    if (oldest === alive) this.#names.delete(source);
    const step = this.#within(() => sweepStep(this.#db, source, oldest));
    if (!step.done || oldest === alive) return step;
    return { deleted: step.deleted, done: !this.#guard(() => shrink(this.#db)) };
  }

  close(): void {
    try {
      this.#flush();
      this.#db.sql("PRAGMA wal_checkpoint(TRUNCATE)").get([]);
    } finally {
      this.#db.close();
    }
  }

  writer(key: WriterKey): GenerationWriter {
    const broken = this.#broken.get(key.source);
    if (broken !== undefined) throw broken;
    const writer = this.#writers.get(key.source);
    if (writer === undefined || writer.key.next !== key.generation)
      throw new Fault("precondition", `the writer of ${key.source} has ended: begin another`);
    return writer;
  }

  #findSource(name: string): number | undefined {
    return this.#db.sql("SELECT id FROM sources WHERE name = ?").get([name])?.[0] as number | undefined;
  }

  /** Names as they are at a base; undefined where that is not known. Kept again by who commits, and by nobody else. */
  #takeNames(source: number, base: number): KnownNames | undefined {
    const kept = this.#names.get(source);
    this.#names.delete(source);
    // From nothing: no facts are alive.
    if (base === 0) return new KnownNames();
    return kept?.generation === base ? kept.names : undefined;
  }

  #addSource(name: string): number {
    this.#db.sql("INSERT INTO sources (name) VALUES (?) ON CONFLICT (name) DO NOTHING").run([name]);
    return this.#findSource(name)!;
  }

  #flush(): void {
    if (!this.#db.inTransaction) return;
    this.#guard(() => this.#db.exec("COMMIT"));
    this.#changes = 0;
  }

  /** Work in a transaction of its own. */
  #within<T>(work: () => T): T {
    this.#flush();
    return this.#guard(() => this.#db.transaction(work));
  }

  async #takeBack(source: number, base: number): Promise<void> {
    while (this.#within(() => takeBackStep(this.#db, source, base))) await Promise.resolve();
    this.#within(() => this.#db.sql(setCommitted).run([source, base]));
  }

  /** A refusal leaves the transaction as it was; an engine's error ends it, and with it what all writers wrote. */
  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Fault) throw error;
      const fault = graphFault(error);
      this.#db.rollback();
      this.#changes = 0;
      for (const source of this.#writers.keys()) this.#broken.set(source, fault);
      throw fault;
    }
  }
}
