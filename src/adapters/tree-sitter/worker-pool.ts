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
  /** Sent and not answered, in the order sent. */
  readonly sent: Map<number, Job>;
  timer: NodeJS.Timeout | undefined;
}

export interface PoolOptions {
  readonly workers: number;
  /** A file that keeps a worker longer than this takes it down, in milliseconds. */
  readonly hangMs: number;
  spawn(): Worker;
}

/** Sent ahead to a worker, so that it never waits for this thread. */
const ahead = 2;

/** Spreads files over worker threads, replaces those that die, and gives the file that killed one a plain cut. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #seats: Seat[];
  readonly #queue: Job[] = [];
  #nextId = 1;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#seats = Array.from({ length: options.workers }, () => ({
      worker: undefined,
      sent: new Map(),
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
      this.#feed();
    });
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

  #feed(): void {
    // Level by level, so that every worker has one file before any has two.
    for (let depth = 0; depth < ahead; depth += 1) {
      for (const seat of this.#seats) {
        if (seat.sent.size > depth) continue;
        const job = this.#nextJob();
        if (job === undefined) return;
        this.#send(seat, job);
      }
    }
  }

  #nextJob(): Job | undefined {
    for (;;) {
      const job = this.#queue.shift();
      if (job === undefined || !job.over) return job;
    }
  }

  #send(seat: Seat, job: Job): void {
    seat.worker ??= this.#hire(seat);
    const id = this.#nextId++;
    seat.sent.set(id, job);
    if (seat.sent.size === 1) this.#watch(seat);
    // A busy worker keeps the process alive, an idle one does not.
    seat.worker.ref();
    seat.worker.postMessage({ id, path: job.input.path, bytes: job.input.bytes, plain: job.plain } satisfies Task);
  }

  #hire(seat: Seat): Worker {
    const worker = this.#options.spawn();
    worker.on("message", (reply: Reply) => {
      const job = seat.sent.get(reply.id);
      if (seat.worker !== worker || job === undefined) return;
      seat.sent.delete(reply.id);
      this.#watch(seat);
      job.resolve(reply.file);
      if (reply.retire) this.#retire(seat, worker);
      this.#feed();
      if (seat.sent.size === 0) worker.unref();
    });
    worker.on("error", (cause) => this.#lost(seat, worker, cause));
    worker.on("exit", (code) => this.#lost(seat, worker, new Error(`the worker exited with code ${code}`)));
    return worker;
  }

  /** Times the file that the worker is on. */
  #watch(seat: Seat): void {
    clearTimeout(seat.timer);
    seat.timer = undefined;
    const worker = seat.worker;
    if (seat.sent.size === 0 || worker === undefined) return;
    seat.timer = setTimeout(() => {
      this.#lost(seat, worker, new Error(`no answer within ${this.#options.hangMs} ms`));
      void worker.terminate();
    }, this.#options.hangMs);
  }

  #retire(seat: Seat, worker: Worker): void {
    seat.worker = undefined;
    clearTimeout(seat.timer);
    this.#queue.unshift(...seat.sent.values());
    seat.sent.clear();
    void worker.terminate();
  }

  /** The first file sent is the one it died on; the rest go to the front of the queue unharmed. */
  #lost(seat: Seat, worker: Worker, cause: Error): void {
    if (seat.worker !== worker) return;
    seat.worker = undefined;
    clearTimeout(seat.timer);
    seat.timer = undefined;
    const [fatal, ...rest] = seat.sent.values();
    seat.sent.clear();
    this.#queue.unshift(...rest);
    if (fatal !== undefined) {
      if (fatal.plain) {
        const message = `the parser worker died twice on ${fatal.input.path}; exclude the file or report it`;
        fatal.reject(new Fault("unavailable", message, { cause }));
      } else {
        fatal.plain = true;
        this.#queue.unshift(fatal);
      }
    }
    this.#feed();
  }
}
