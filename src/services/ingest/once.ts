import { createHash } from "node:crypto";
import { canonicalJson, invalid, type Principal } from "../../domain/mod.ts";
import type { JobStore } from "../../ports/mod.ts";

/** Longest idempotency key taken: a UUID has 36 characters. */
const longestKey = 128;

/**
 * Does a mutation once for an idempotency key: a repeat within 24 hours gets the first answer. Keys are apart for
 * each principal. A failed attempt is not kept, so it can be repeated.
 */
export class Once<T> {
  readonly #jobs: JobStore;
  readonly #method: string;
  /** Under way in this process: a repeat that overtakes its first waits for it. */
  readonly #underWay = new Map<string, Promise<string>>();

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
    const before = this.#underWay.get(name);
    if (before !== undefined) await before.catch(() => {});
    const kept = await this.#jobs.keptAnswer(name, signal);
    if (kept !== undefined) {
      if (kept.fingerprint !== fingerprint)
        throw invalid("idempotency_key", "was used with other arguments; take a new key for a new request");
      return JSON.parse(kept.answer) as T;
    }
    const doing = this.#keep(name, fingerprint, signal, work);
    this.#underWay.set(name, doing);
    try {
      return JSON.parse(await doing) as T;
    } finally {
      if (this.#underWay.get(name) === doing) this.#underWay.delete(name);
    }
  }

  async #keep(name: string, fingerprint: string, signal: AbortSignal, work: () => Promise<T>): Promise<string> {
    const answer = JSON.stringify(await work());
    await this.#jobs.keepAnswer(name, { fingerprint, answer }, signal);
    return answer;
  }
}
