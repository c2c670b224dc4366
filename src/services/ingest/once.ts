import { createHash } from "node:crypto";
import { canonicalJson, invalid, type Principal } from "../../domain/mod.ts";
import type { JobStore } from "../../ports/mod.ts";
import { unstoppable } from "./ingest-parts.ts";

/** Longest idempotency key taken: a UUID has 36 characters. */
const longestKey = 128;

/**
 * Does a mutation once for an idempotency key: a repeat within 24 hours gets the first answer. Keys are apart for
 * each principal. A failed attempt is not kept, so it can be repeated.
 */
export class Once<T> {
  readonly #jobs: JobStore;
  readonly #method: string;
  /** The latest call of each key in this process: a repeat that overtakes its first waits for it. */
  readonly #latest = new Map<string, Promise<T>>();

  constructor(jobs: JobStore, method: string) {
    this.#jobs = jobs;
    this.#method = method;
  }

  /** @throws Fault invalid for a malformed key, or for one that was used with other arguments. */
  async do(key: string, principal: Principal, args: unknown, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (key === "") return work();
    if (key.length > longestKey || !/^[\x21-\x7e]+$/.test(key))
      throw invalid("idempotency_key", `use a UUID, or up to ${longestKey} visible ASCII characters`);
    const name = canonicalJson([this.#method, principal.tokenId, key]);
    const fingerprint = createHash("sha256")
      .update(canonicalJson([name, args]))
      .digest("hex");
    const before: Promise<unknown> = this.#latest.get(name) ?? Promise.resolve();
    const doing = before.then(
      () => this.#answer(name, fingerprint, signal, work),
      () => this.#answer(name, fingerprint, signal, work),
    );
    this.#latest.set(name, doing);
    try {
      return await doing;
    } finally {
      if (this.#latest.get(name) === doing) this.#latest.delete(name);
    }
  }

  async #answer(name: string, fingerprint: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const kept = await this.#jobs.keptAnswer(name, signal);
    if (kept !== undefined && kept.fingerprint !== fingerprint)
      throw invalid("idempotency_key", "was used with other arguments; take a new key for a new request");
    if (kept !== undefined) return JSON.parse(kept.answer) as T;
    const answer = JSON.stringify(await work());
    // It was done: a caller who has left meanwhile must still find it done.
    await this.#jobs.keepAnswer(name, { fingerprint, answer }, unstoppable);
    return JSON.parse(answer) as T;
  }
}
