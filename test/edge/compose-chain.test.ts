import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chainOrder, type Place } from "../../src/edge/chain.ts";
import { composeChain } from "../../src/edge/compose-chain.ts";

const test = suite("edge: the composed chain");

type Next = { next(request: unknown, context: object): AsyncGenerator<unknown, unknown>; readonly request: unknown };

/** A chain whose places note when a call comes in and goes out. */
function noting(seen: string[]) {
  const places = chainOrder.map(({ name }) => ({
    name,
    middleware: async function* (call: Next, context: object) {
      seen.push(`in ${name}`);
      try {
        return yield* call.next(call.request, context);
      } finally {
        seen.push(`out ${name}`);
      }
    },
    unary: async (_call: unknown, context: object, next: (context: object) => Promise<unknown>) => {
      seen.push(`in ${name}`);
      try {
        return await next(context);
      } finally {
        seen.push(`out ${name}`);
      }
    },
  }));
  return composeChain(places as unknown as Place[]) as unknown as (call: object, context: object) => AsyncGenerator;
}

const path = [...chainOrder.map(({ name }) => `in ${name}`), ...chainOrder.map(({ name }) => `out ${name}`).reverse()];

for (const responseStream of [false, true]) {
  const kind = responseStream ? "stream" : "unary call";
  const call = (next: unknown) => ({ method: {}, request: "q", requestStream: false, responseStream, next });

  test(`a ${kind} passes every place, outermost first, and comes back through all`, async () => {
    const seen: string[] = [];
    const next = async function* (request: string) {
      if (responseStream) yield "message";
      return `${request}!`;
    };
    const run = noting(seen)(call(next), {});
    if (responseStream) assert.equal(await run.next(), { done: false, value: "message" });
    assert.equal(await run.next(), { done: true, value: "q!" });
    assert.equal(seen, path);
  });

  test(`what the handler of a ${kind} throws comes out through all`, async () => {
    const seen: string[] = [];
    const next = () => ({ next: () => Promise.reject(new Error("no")), [Symbol.asyncIterator]: () => next() });
    const failed = await noting(seen)(call(next), {})
      .next()
      .catch((error: unknown) => error);
    assert.match(String(failed), "no");
    assert.equal(seen, path);
  });
}

test.run();
