import { Fault } from "../domain/mod.ts";

export interface DrainedCall {
  /** Tails end as soon as new calls are refused: they have no end of their own to wait for. */
  readonly tail: boolean;
  /** "" for a call that needs no token. */
  readonly tokenId: string;
  readonly end: (reason: Fault) => void;
}

/** Which calls are running, and whether new ones are still taken. */
export class DrainState {
  readonly #calls = new Set<DrainedCall>();
  #refusing = false;
  #whenIdle: (() => void)[] = [];

  /** @throws Fault unavailable once refusing. */
  enter(call: DrainedCall): () => void {
    if (this.#refusing) throw shuttingDown();
    this.#calls.add(call);
    return () => {
      this.#calls.delete(call);
      if (this.#calls.size === 0) for (const idle of this.#whenIdle.splice(0)) idle();
    };
  }

  /** From now on new calls are refused; tails end. */
  refuse(): void {
    this.#refusing = true;
    for (const call of this.#calls) if (call.tail) call.end(shuttingDown());
  }

  /** Ends the calls of tokens that open nothing any more: a stream may have been opened hours ago. */
  endTokens(tokenIds: ReadonlySet<string>): void {
    for (const { tokenId, end } of this.#calls) if (tokenIds.has(tokenId)) end(tokenEnded());
  }

  /** Resolves when no call is running. */
  idle(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#whenIdle.push(resolve));
  }

  /** Ends what still runs. */
  endAll(): void {
    for (const call of this.#calls) call.end(shuttingDown());
  }
}

function tokenEnded(): Fault {
  return new Fault(
    "unauthenticated",
    "the token of this call is not valid any more, or it has none and one is asked for now",
    { reason: "TOKEN_ENDED" },
  );
}

function shuttingDown(): Fault {
  return new Fault("unavailable", "the server is shutting down; retry on another connection", {
    reason: "SHUTTING_DOWN",
    retryAfterMs: 1_000,
  });
}
