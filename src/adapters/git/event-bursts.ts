import { readFileSync } from "node:fs";

/** What Linux keeps of events that nobody has read yet, where it does not say. */
const usualQueue = 16_384;

/**
 * Counts the events that come in one turn of the event loop. When the system's queue runs over, events are lost, and the
 * library below Node tells nobody; but then the queue was full, and all of it comes in one turn. The queue is one for all
 * watches of the process, and so is this.
 */
export class EventBursts {
  readonly #most: number;
  readonly #listeners = new Set<() => void>();
  #count = 0;

  /** `most`: events in a turn that make a burst. Default: an eighth of the queue, so that a nearly full one is none. */
  constructor(most = queueLength() / 8) {
    this.#most = most;
  }

  /** `burst` is called in the turn of a burst, once. Returns how to end that. */
  listen(burst: () => void): () => void {
    this.#listeners.add(burst);
    return () => void this.#listeners.delete(burst);
  }

  count(): void {
    if (this.#count === 0)
      setImmediate(() => {
        this.#count = 0;
      });
    this.#count += 1;
    if (this.#count === Math.ceil(this.#most)) for (const burst of this.#listeners) burst();
  }
}

function queueLength(): number {
  try {
    return Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8")) || usualQueue;
  } catch {
    return usualQueue;
  }
}
