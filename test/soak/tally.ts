import { ClientError, Status } from "nice-grpc-common";

/** How a caller's call may end without anything being wrong. */
export interface Kind {
  readonly name: string;
  readonly expected: ReadonlySet<Status>;
}

/** One status of one kind of call, with the first message that came with it. */
export interface Count {
  readonly kind: string;
  readonly status: string;
  readonly expected: boolean;
  calls: number;
  readonly example: string;
}

/** Counts how calls end, by kind and status. */
export class Tally {
  readonly #counts = new Map<string, Count>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** Sorted by kind, then by how often. */
  counts(): readonly Count[] {
    return [...this.#counts.values()].sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : b.calls - a.calls));
  }

  /** Runs one call to its end and counts it; undefined when it failed. */
  async call<T>(kind: Kind, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await work();
      this.#add(kind, Status.OK, "");
      return answer;
    } catch (error) {
      this.#add(kind, statusOf(error), error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #add({ name: kind, expected }: Kind, status: Status | undefined, example: string): void {
    const text = status === undefined ? "no status" : (Status[status] ?? String(status));
    const key = `${kind} ${text}`;
    const known = this.#counts.get(key);
    this.#total += 1;
    if (known !== undefined) known.calls += 1;
    else {
      const fits = status !== undefined && expected.has(status);
      this.#counts.set(key, { kind, status: text, expected: fits, calls: 1, example });
    }
  }
}

/** Of a call that was given up here, CANCELLED, whatever it threw; undefined for what is no end of a call. */
function statusOf(error: unknown): Status | undefined {
  if (error instanceof ClientError) return error.code;
  if (error instanceof Error && error.name === "AbortError") return Status.CANCELLED;
  return undefined;
}
