import type { Connection } from "../file/mod.ts";

const names = ["path", "content", "chunk", "embedding", "segment"] as const;
export type CounterName = (typeof names)[number];

/**
 * Row numbers that are never given twice, deleted rows included: the search worker remembers rows by number, and
 * SQLite would hand the number of a deleted last row to the next.
 */
export class Counters {
  readonly #db: Connection;
  readonly #next = new Map<CounterName, number>();

  constructor(db: Connection) {
    this.#db = db;
    for (const name of names)
      this.#next.set(name, Math.max(1, db.number("SELECT value FROM counters WHERE name = ?", [name])));
  }

  /** The first of `count` consecutive new numbers. */
  take(name: CounterName, count = 1): number {
    const first = this.#next.get(name)!;
    this.#next.set(name, first + count);
    return first;
  }

  /** Inside the transaction that uses the numbers. */
  save(): void {
    const save = this.#db.sql(
      "INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    );
    for (const [name, value] of this.#next) save.run([name, value]);
  }
}
