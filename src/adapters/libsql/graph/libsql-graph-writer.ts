import type { PackedFacts } from "../../../domain/graph/mod.ts";
import { aborted, Fault } from "../../../domain/mod.ts";
import type { Contribution, GraphTotals, GraphWriter } from "../../../ports/mod.ts";
import { collectAfter } from "../../../runtime/mod.ts";
import { settleEach, type WorkerLink, type WriteGate } from "../thread/mod.ts";
import { packContribution } from "./packed-contribution.ts";
import type { ReaderOperations } from "./reader-operations.ts";
import type { Change, WriterKey, WriterOperations } from "./writer-operations.ts";

export interface GraphLinks {
  readonly writer: WorkerLink<WriterOperations>;
  readonly reader: WorkerLink<ReaderOperations>;
  readonly gate: WriteGate;
}

/** Changes a message: files share one, since waking a thread costs as much as writing a small file. */
const perMessage = 64;
const mostPaths = 10_000;

/** What is handed over instead of being cloned. */
function buffersOf(change: Change): ArrayBufferLike[] {
  if (change.kind === "stage") return [change.facts.buffer];
  return change.kind === "put" ? [change.packed.links.buffer] : [];
}

interface Waiting {
  readonly change: Change;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The calling side of one unfinished generation. */
export class LibsqlGraphWriter implements GraphWriter {
  readonly #links: GraphLinks;
  readonly #key: WriterKey;
  readonly #base: number;
  #state: "open" | "committed" | "aborted" = "open";
  /** Changes asked for in this turn of the event loop, all under one signal. */
  #waiting: Waiting[] = [];
  #signal: AbortSignal | undefined;
  #changes = 0;

  constructor(links: GraphLinks, key: WriterKey, base: number) {
    this.#links = links;
    this.#key = key;
    this.#base = base;
  }

  stage(path: string, facts: PackedFacts, signal: AbortSignal): Promise<void> {
    return this.#change(signal, () => ({ kind: "stage", path, facts }));
  }

  remove(path: string, signal: AbortSignal): Promise<void> {
    return this.#change(signal, () => ({ kind: "remove", path }));
  }

  put(path: string, contribution: Contribution, signal: AbortSignal): Promise<void> {
    const { source } = this.#key;
    return this.#change(signal, () => ({ kind: "put", path, packed: packContribution(source, path, contribution) }));
  }

  async facts(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, PackedFacts>> {
    return new Map(await this.#ask(signal, () => this.#links.writer.call("facts", { ...this.#key, paths }, signal)));
  }

  async outlines(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return new Map(await this.#ask(signal, () => this.#links.writer.call("outlines", { ...this.#key, paths }, signal)));
  }

  paths(afterPath: string, limit: number, signal: AbortSignal): Promise<readonly string[]> {
    const asked = { ...this.#key, afterPath, limit: Math.min(limit, mostPaths) };
    return this.#ask(signal, () => this.#links.writer.call("paths", asked, signal));
  }

  mentioning(names: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return this.#ask(signal, () => this.#links.writer.call("mentioning", { ...this.#key, names }, signal));
  }

  async defining(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    return new Map(await this.#ask(signal, () => this.#links.writer.call("defining", { ...this.#key, names }, signal)));
  }

  async commit(signal: AbortSignal): Promise<GraphTotals> {
    return this.#ask(signal, async () => {
      collectAfter(this.#changes);
      await this.#links.writer.call("commit", this.#key, signal);
      const totals = await this.#links.reader.call("committed", { ...this.#key, base: this.#base }, signal);
      this.#state = "committed";
      return totals;
    });
  }

  async abort(): Promise<void> {
    // What a commit handed over may be served by now; if it never is, the next `begin` takes it back.
    if (this.#state === "committed") return;
    this.#state = "aborted";
    const { source } = this.#key;
    await this.#pass(0, undefined, async () => {
      await this.#links.writer.call("abort", { ...this.#key, base: this.#base });
      await this.#links.reader.call("takenBack", { source, base: this.#base });
    });
  }

  async #change(signal: AbortSignal, make: () => Change): Promise<void> {
    this.#mustBeOpen();
    if (signal.aborted) throw aborted(signal);
    this.#changes += 1;
    const change = make();
    if (signal !== this.#signal || this.#waiting.length >= perMessage) this.#send();
    this.#signal = signal;
    if (this.#waiting.length === 0) setImmediate(() => this.#send());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
    });
  }

  /** Sends the changes that wait; everything else that is asked for comes after them. */
  #send(): void {
    const waiting = this.#waiting;
    const signal = this.#signal;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const changes = waiting.map(({ change }) => change);
    const buffers = changes.flatMap(buffersOf);
    const sent = this.#links.gate.pass(changes.length, signal, () =>
      this.#links.writer.call("change", { ...this.#key, changes }, signal, buffers as ArrayBuffer[]),
    );
    settleEach(waiting, sent, (fault) => this.#links.writer.failed("change", fault));
  }

  async #ask<T>(signal: AbortSignal, start: () => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    return this.#pass(0, signal, start);
  }

  #pass<T>(units: number, signal: AbortSignal | undefined, start: () => Promise<T>): Promise<T> {
    this.#send();
    return this.#links.gate.pass(units, signal, start);
  }

  #mustBeOpen(): void {
    if (this.#state !== "open") throw new Fault("precondition", `this writer was ${this.#state}: begin another`);
  }
}
