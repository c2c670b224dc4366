import { aborted, type IngestProgress } from "../../domain/mod.ts";

/** Events of one run that late watchers can still have; with a few hundred bytes each, well under a megabyte. */
const kept = 1_000;

/** The events of one run, numbered from 1, for any number of watchers that come and go. */
export class ProgressLog {
  #events: IngestProgress[] = [];
  #last = 0;
  #over = false;
  readonly #waiting = new Set<() => void>();

  get last(): IngestProgress | undefined {
    return this.#events.at(-1);
  }

  add(event: Omit<IngestProgress, "sequence">): void {
    if (this.#over) return;
    this.#last += 1;
    this.#events.push({ ...event, sequence: this.#last });
    // Dropped in halves, so that adding stays cheap.
    if (this.#events.length > 2 * kept) this.#events = this.#events.slice(-kept);
    this.#wake();
  }

  /** Those after a sequence number that are here now. */
  since(sequence: number): readonly IngestProgress[] {
    return this.#events.filter((event) => event.sequence > sequence);
  }

  /** The event last added was the last. */
  end(): void {
    this.#over = true;
    this.#wake();
  }

  /** Events after a sequence number, then each as it comes, until the end. */
  async *after(sequence: number, signal: AbortSignal): AsyncGenerator<IngestProgress> {
    let seen = sequence;
    for (;;) {
      if (signal.aborted) throw aborted(signal);
      const oldest = this.#events[0]?.sequence ?? this.#last + 1;
      const next = this.#events[Math.max(seen + 1, oldest) - oldest];
      if (next !== undefined) {
        seen = next.sequence;
        yield next;
      } else if (this.#over) {
        // A watcher that asks past the end still learns how it ended.
        if (seen > this.#last && this.last !== undefined) yield this.last;
        return;
      } else {
        await this.#changed(signal);
      }
    }
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}
