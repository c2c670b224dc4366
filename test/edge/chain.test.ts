import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assembleChain, chainOrder, type Place } from "../../src/edge/chain.ts";

const test = suite("edge: the chain's order");

const middleware = async function* () {} as never;
const place = (name: string) => ({ name, middleware, unary: middleware }) as Place;
const places = chainOrder.filter(({ name }) => name !== "audit").map(({ name }) => place(name));

test("the order is the one that is promised, and each place says why", () => {
  assert.equal(
    chainOrder.map(({ name }) => name),
    ["request id", "trace", "metrics", "faults", "drain", "deadline", "scope", "quota", "audit"],
  );
  for (const { name, reason } of chainOrder) assert.ok(reason.length > 20, name);
});

test("the whole chain passes, with audit at its place or without", () => {
  assert.is(assembleChain(places).length, 8);
  assert.is(assembleChain([...places, place("audit")]).length, 9);
});

test("a missing, doubled or misplaced one is refused", () => {
  for (let i = 0; i < places.length; i += 1) {
    assert.throws(() => assembleChain(places.toSpliced(i, 1)), /belongs/, `without ${places[i]?.name}`);
    assert.throws(() => assembleChain(places.toSpliced(i, 0, places[i]!)), /belongs|twice/, `two ${places[i]?.name}`);
    for (let j = i + 1; j < places.length; j += 1) {
      const swapped = places.with(i, places[j]!).with(j, places[i]!);
      assert.throws(() => assembleChain(swapped), /belongs/, `${places[i]?.name} and ${places[j]?.name} swapped`);
    }
  }
  assert.throws(() => assembleChain([place("audit"), ...places]), /request id/);
  assert.throws(() => assembleChain([]), /request id/);
});

test.run();
