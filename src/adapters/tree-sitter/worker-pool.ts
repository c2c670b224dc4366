import type { Worker } from "node:worker_threads";
import { aborted, Fault } from "../../domain/mod.ts";
import type { ParsedFile, ParseInput, SkippedFile } from "../../ports/mod.ts";

export interface Task extends ParseInput {
  readonly id: number;
  readonly plain: boolean;
}

export interface Reply {
  readonly id: number;
  readonly file: ParsedFile | SkippedFile;
  /** The worker has grown too large and asks to be replaced. */
  readonly retire: boolean;
}

interface Job {
  readonly input: ParseInput;
  plain: boolean;
  over: boolean;
  resolve(file: ParsedFile | SkippedFile): void;
  reject(reason: unknown): void;
}

interface Seat {
  worker: Worker | undefined;
  /** Whether the worker has said anything: it then has its modules, and its time is a file's. */
  up: boolean;
  /** Where the worker writes the number of the task it is on. */
  progress: Int32Array;
  /** Sent and not answered, in the order sent. */
  readonly sent: Map<number, Job>;
  /** Bytes of those. */
  load: number;
  timer: NodeJS.Timeout | undefined;
}

export interface PoolOptions {
  readonly workers: number;
  /** A worker that answers nothing for this long is taken down with the file it is on, in milliseconds. */
  readonly hangMs: number;
  /** So long a worker may take to say its first word, in milliseconds. */
  readonly startMs: number;
  /**
   * Starts a worker, which says that it is up by an empty list, takes lists of `Task`, answers with lists of `Reply`,
   * and keeps `progress`.
   */
  spawn(progress: Int32Array): Worker;
}

/**
 * Sent ahead to a worker, so that it never waits for this thread and small files share a message: waking a thread
 * costs as much as cutting a small file.
 */
const aheadFiles = 32;
const aheadBytes = 512 * 1024;

/** Spreads files over worker threads, replaces those that die, and gives the file that killed one a plain cut. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #seats: Seat[];
  #queue: Job[] = [];
  #nextId = 1;
  #feeding = false;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#seats = Array.from({ length: options.workers }, () => ({
      worker: undefined,
      up: false,
      progress: new Int32Array(1),
      sent: new Map(),
      load: 0,
      timer: undefined,
    }));
  }

  run(input: ParseInput, signal: AbortSignal): Promise<ParsedFile | SkippedFile> {
    if (this.#closed) return Promise.reject(new Fault("unavailable", "the parser is closed"));
    if (signal.aborted) return Promise.reject(aborted(signal));
    return new Promise((resolve, reject) => {
      const abort = () => {
        job.over = true;
        reject(aborted(signal));
      };
      const job: Job = {
        input,
        plain: false,
        over: false,
        resolve: (file) => {
          signal.removeEventListener("abort", abort);
          resolve(file);
        },
        reject: (reason) => {
          signal.removeEventListener("abort", abort);
          reject(reason);
        },
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#queue.push(job);
      this.#feedSoon();
    });
  }

  /** Lets idle threads go; the next file starts one anew. */
  rest(): void {
    for (const seat of this.#seats)
      if (seat.worker !== undefined && seat.sent.size === 0) this.#retire(seat, seat.worker);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closed = new Fault("unavailable", "the parser was closed");
    const workers: Promise<number>[] = [];
    for (const seat of this.#seats) {
      clearTimeout(seat.timer);
      for (const job of seat.sent.values()) job.reject(closed);
      seat.sent.clear();
      if (seat.worker !== undefined) workers.push(seat.worker.terminate());
      seat.worker = undefined;
    }
    for (const job of this.#queue.splice(0)) job.reject(closed);
    await Promise.all(workers);
  }

  /** Once what is asked for in this turn of the event loop is all there. */
  #feedSoon(): void {
    if (this.#feeding) return;
    this.#feeding = true;
    setImmediate(() => {
      this.#feeding = false;
      if (!this.#closed) this.#feed();
    });
  }

  #feed(): void {
    const batches = new Map<Seat, Task[]>();
    let taken = 0;
    for (; taken < this.#queue.length; taken += 1) {
      const job = this.#queue[taken]!;
      if (job.over) continue;
      const seat = this.#roomiest();
      if (seat === undefined) break;
      const id = this.#nextId++;
      seat.sent.set(id, job);
      seat.load += job.input.bytes.length;
      const batch = batches.get(seat) ?? [];
      batches.set(seat, batch);
      batch.push({ id, ...job.input, plain: job.plain });
    }
    this.#queue = this.#queue.slice(taken);
    for (const [seat, batch] of batches) this.#send(seat, batch);
  }

  /** The seat with the least to do, if it may have more. */
  #roomiest(): Seat | undefined {
    let best: Seat | undefined;
    for (const seat of this.#seats) {
      // Two files always fit, however large: one to be on, one to go on with.
      if (seat.sent.size >= aheadFiles || (seat.sent.size >= 2 && seat.load >= aheadBytes)) continue;
      if (best === undefined || seat.load < best.load) best = seat;
    }
    return best;
  }

  #send(seat: Seat, batch: readonly Task[]): void {
    seat.worker ??= this.#hire(seat);
    if (seat.sent.size === batch.length) this.#watch(seat);
    // A busy worker keeps the process alive, an idle one does not.
    seat.worker.ref();
    seat.worker.postMessage(batch);
  }

  #hire(seat: Seat): Worker {
    seat.progress = new Int32Array(new SharedArrayBuffer(4));
    seat.up = false;
    const worker = this.#options.spawn(seat.progress);
    worker.on("message", (replies: readonly Reply[]) => {
      if (seat.worker !== worker) return;
      seat.up = true;
      let retire = false;
      for (const reply of replies) {
        const job = seat.sent.get(reply.id);
        if (job === undefined) continue;
        this.#unsend(seat, reply.id, job);
        job.resolve(reply.file);
        retire ||= reply.retire;
      }
      this.#watch(seat);
      if (retire) this.#retire(seat, worker);
      this.#feed();
      if (seat.sent.size === 0) worker.unref();
    });
    worker.on("error", (cause) => this.#lost(seat, worker, cause));
    worker.on("exit", (code) => this.#lost(seat, worker, new Error(`the worker exited with code ${code}`)));
    return worker;
  }

  #unsend(seat: Seat, id: number, job: Job): void {
    seat.sent.delete(id);
    seat.load -= job.input.bytes.length;
  }

  /** Times the start of the worker, then the file that it is on. */
  #watch(seat: Seat): void {
    clearTimeout(seat.timer);
    seat.timer = undefined;
    const worker = seat.worker;
    if (seat.sent.size === 0 || worker === undefined) return;
    const limit = seat.up ? this.#options.hangMs : this.#options.startMs;
    seat.timer = setTimeout(() => {
      this.#lost(seat, worker, new Error(`no answer within ${limit} ms`));
      void worker.terminate();
    }, limit);
  }

  #retire(seat: Seat, worker: Worker): void {
    seat.worker = undefined;
    clearTimeout(seat.timer);
    this.#takeBack(seat);
    void worker.terminate();
  }

  /** What was sent and not answered goes to the front of the queue. */
  #takeBack(seat: Seat): void {
    this.#queue.unshift(...seat.sent.values());
    seat.sent.clear();
    seat.load = 0;
  }

  /** The file that the worker was on is the one it died of; the rest are unharmed. */
  #lost(seat: Seat, worker: Worker, cause: Error): void {
    if (seat.worker !== worker) return;
    seat.worker = undefined;
    clearTimeout(seat.timer);
    seat.timer = undefined;
    const on = Atomics.load(seat.progress, 0);
    const [id, fatal] = seat.sent.has(on) ? [on, seat.sent.get(on)] : (seat.sent.entries().next().value ?? []);
    if (fatal !== undefined && id !== undefined) {
      if (fatal.plain) {
        this.#unsend(seat, id, fatal);
        const message = `the parser worker died twice on ${fatal.input.path}; exclude the file or report it`;
        fatal.reject(new Fault("unavailable", message, { cause }));
      } else fatal.plain = true;
    }
    this.#takeBack(seat);
    this.#feed();
  }
}
