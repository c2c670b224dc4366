/** After this long a turn weighs half as much, ms. */
const halfLife = 1_000;
/** Turns of late, as they weigh by now, that nobody is held to: a handful of questions at once is how agents work. */
const free = 8;
/** Who has had more than so many times the others' is held to it: less would hold callers to each other's chance. */
const times = 2.5;
/** Others who have had less than that all together are not there any more. */
const present = 0.25;
/** Weights are taken anew from 1 when they have grown so often by two; what was little by then is forgotten. */
const renewAfter = 16;
const forgotten = 0.01;

/**
 * Who has had how many turns of late, weighing half for each second gone by. What others have is a mean over turns,
 * not over callers: many who ask once in a while don't make a crowd of busy equals look greedy, and several greedy
 * ones don't hide each other.
 */
export class RecentUse {
  /** In units that grow as time goes by, so that nothing need be made smaller. */
  readonly #had = new Map<string, number>();
  #sum = 0;
  #squares = 0;
  #since: number;

  constructor(now: number) {
    this.#since = now;
  }

  add(caller: string, now: number): void {
    if (now - this.#since > renewAfter * halfLife || now < this.#since) this.#renew(now);
    const before = this.#had.get(caller) ?? 0;
    const after = before + this.#unit(now);
    this.#had.set(caller, after);
    this.#sum += after - before;
    this.#squares += after * after - before * before;
  }

  /** Whether a caller has had much more than others, who have had any. */
  isMuch(caller: string, now: number): boolean {
    const mine = this.#had.get(caller) ?? 0;
    const unit = this.#unit(now);
    if (mine <= free * unit) return false;
    const sum = this.#sum - mine;
    return sum > present * unit && mine > (times * (this.#squares - mine * mine)) / sum;
  }

  #unit(now: number): number {
    return 2 ** ((now - this.#since) / halfLife);
  }

  #renew(now: number): void {
    const unit = this.#unit(Math.max(now, this.#since));
    this.#since = now;
    this.#sum = 0;
    this.#squares = 0;
    for (const [caller, had] of this.#had) {
      const left = had / unit;
      if (left < forgotten) {
        this.#had.delete(caller);
        continue;
      }
      this.#had.set(caller, left);
      this.#sum += left;
      this.#squares += left * left;
    }
  }
}
