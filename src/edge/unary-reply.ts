/**
 * A generator as nice-grpc and its middleware take it, that yields nothing and returns what `work` resolves with.
 * Disposal, which the type asks for, is newer than Node 20.0, and nobody asks for it here.
 */
export function unaryReply(work: () => Promise<unknown>): AsyncGenerator<never, unknown, undefined> {
  return new UnaryReply(work) as unknown as AsyncGenerator<never, unknown, undefined>;
}

class UnaryReply {
  readonly #work: () => Promise<unknown>;

  constructor(work: () => Promise<unknown>) {
    this.#work = work;
  }

  async next(): Promise<IteratorResult<never, unknown>> {
    return { done: true, value: await this.#work() };
  }

  async return(value: unknown): Promise<IteratorResult<never, unknown>> {
    return { done: true, value: await value };
  }

  throw(error: unknown): Promise<IteratorResult<never, unknown>> {
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
