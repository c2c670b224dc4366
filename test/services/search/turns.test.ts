import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SearchRequest } from "../../../gen/knowledge/v1/search_service.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { ChunkIndex } from "../../../src/ports/mod.ts";
import { searchHandlers } from "../../../src/services/search/mod.ts";
import { Turns } from "../../../src/services/search/turns.ts";
import { bench, context } from "./fixture.ts";

const test = suite("turns of callers");
const never = new AbortController().signal;

/** Work that is under way until it is told to end, by its name. */
function desk(atOnce: number) {
  const time = { now: 0 };
  const turns = new Turns(atOnce, () => time.now);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (caller: string, name: string, signal = never) =>
    turns.run(caller, signal, () => {
      begun.push(name);
      return new Promise<string>((resolve) => void ends.set(name, () => resolve(name)));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** Turns that a caller has had by now. */
  const had = async (caller: string, turnsHad: number) => {
    for (let n = 0; n < turnsHad; n++) {
      void ask(caller, `${caller} before`);
      await end(`${caller} before`);
    }
    begun.length = 0;
  };
  return { ask, end, begun, had, time };
}

test("how much waits is told, whatever becomes of it", async () => {
  const told: number[] = [];
  const turns = new Turns(1, Date.now, (waiting) => void told.push(waiting));
  let end = () => {};
  const first = turns.run(
    "a",
    never,
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  const gone = new AbortController();
  const second = turns.run("a", gone.signal, async () => {}).catch(() => "left");
  const third = turns.run("b", never, async () => {});
  assert.equal(told, [0, 1, 2]);
  gone.abort(new Fault("cancelled", "gone"));
  assert.is(await second, "left");
  end();
  await Promise.all([first, third]);
  assert.equal(told, [0, 1, 2, 1, 0]);
});

test("who asks much waits for himself; who asks once comes next", async () => {
  const { ask, end, begun } = desk(2);
  const all = [1, 2, 3, 4].map((n) => ask("busy", `busy ${n}`));
  all.push(ask("calm", "calm 1"), ask("other", "other 1"));
  assert.equal(begun, ["busy 1", "busy 2"]);
  await end("busy 1");
  assert.equal(begun.slice(2), ["calm 1"]);
  await end("busy 2");
  assert.equal(begun.slice(3), ["busy 3"], "he has no more under way than the other, and waits for longer");
  await end("busy 3");
  assert.equal(begun.slice(4), ["other 1"]);
  for (const name of ["calm 1", "other 1", "busy 4"]) await end(name);
  assert.equal(await Promise.all(all), ["busy 1", "busy 2", "busy 3", "busy 4", "calm 1", "other 1"]);
});

test("callers with much to ask take turns", async () => {
  const { ask, end, begun } = desk(1);
  for (const n of [1, 2, 3]) for (const caller of ["a", "b", "c"]) void ask(caller, `${caller}${n}`);
  for (let at = 0; at < 9; at++) await end(begun[at] ?? "");
  assert.equal(begun, ["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"]);
});

test("who has had much more than others of late begins while nothing is under way, one at a time", async () => {
  const { ask, end, begun, had, time } = desk(4);
  await had("calm", 2);
  await had("greedy", 20);
  void ask("calm", "calm 1");
  for (const n of [1, 2, 3]) void ask("greedy", `greedy ${n}`);
  void ask("new", "new 1");
  assert.equal(begun, ["calm 1", "new 1"]);
  await end("calm 1");
  assert.is(begun.length, 2, "the other one's is under way still");
  await end("new 1");
  assert.equal(begun.slice(2), ["greedy 1"], "nothing else is under way");
  void ask("calm", "calm 2");
  assert.is(begun.at(-1), "calm 2", "there is a place for him");
  await end("greedy 1");
  assert.is(begun.length, 4);
  time.now = 10_000;
  await end("calm 2");
  assert.equal(begun.slice(4), ["greedy 2", "greedy 3"], "what was long ago is forgotten");
});

test("who asks much while nobody else does is not held", async () => {
  const { ask, begun, had, time } = desk(4);
  await had("calm", 2);
  time.now = 4_000;
  await had("greedy", 40);
  for (const n of [1, 2, 3]) void ask("greedy", `greedy ${n}`);
  assert.equal(begun, ["greedy 1", "greedy 2", "greedy 3"]);
});

test("busy callers of one kind hold nobody of them back, whoever else asks once in a while", async () => {
  const { ask, begun, had } = desk(4);
  for (let n = 0; n < 50; n++) await had(`seldom ${n}`, 1);
  for (const busy of ["a", "b", "c"]) await had(busy, 20);
  for (const busy of ["a", "b", "c"]) void ask(busy, busy);
  assert.equal(begun, ["a", "b", "c"]);
});

test("two greedy callers don't hide each other", async () => {
  const { ask, begun, had } = desk(4);
  for (let n = 0; n < 25; n++) await had(`calm ${n}`, 3);
  for (const greedy of ["a", "b"]) await had(greedy, 30);
  for (const caller of ["calm 1", "a", "b"]) void ask(caller, caller);
  assert.equal(begun, ["calm 1"]);
});

test("who asks a handful at once is not greedy", async () => {
  const { ask, begun, had } = desk(4);
  await had("calm", 1);
  await had("agent", 7);
  for (const caller of ["calm", "agent"]) void ask(caller, caller);
  assert.equal(begun, ["calm", "agent"]);
});

test("who leaves while waiting is left out, and work that fails gives its place back", async () => {
  const { ask, end, begun } = desk(1);
  const first = ask("a", "a1");
  const leaving = new AbortController();
  const left = ask("b", "b1", leaving.signal).catch((error: unknown) => (error as Fault).code);
  const last = ask("c", "c1");
  leaving.abort();
  assert.is(await left, "cancelled");
  await end("a1");
  await end("c1");
  assert.equal([await first, await last, begun], ["a1", "c1", ["a1", "c1"]]);

  const turns = new Turns(1, Date.now);
  const fail = () => Promise.reject(new Fault("internal", "it broke"));
  assert.is(await turns.run("a", never, fail).catch((error: unknown) => (error as Fault).message), "it broke");
  assert.is(await turns.run("b", never, async () => "served"), "served");
});

/** Searches of one file's passages, one in turn at a time; `held` are those in which `where` waits until `goOn`. */
async function searching(where: "passages" | "score") {
  const world = bench();
  await world.index("a", [{ path: "tide.md", texts: ["The tide rises at noon.\n"] }]);
  const seen = { searches: 0, held: 0 };
  let goOn = () => {};
  const after = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const hold = async (at: typeof where) => {
    if (at !== where) return;
    seen.held += 1;
    await after;
  };
  const { index } = world.ports;
  const watched: ChunkIndex = new Proxy(index, {
    get(target, key) {
      if (key === "search") seen.searches += 1;
      const method = Reflect.get(target, key) as unknown;
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        if (key === "passages") await hold("passages");
        return Reflect.apply(method, target, args) as unknown;
      };
    },
  });
  const score = async (_: string, texts: readonly string[]) => {
    await hold("score");
    return new Float32Array(texts.length);
  };
  const reranker = where === "score" ? { reranker: { most: 5, score } } : {};
  const handlers = searchHandlers({ ...world.ports, index: watched, turns: new Turns(1, Date.now), ...reranker });
  const ask = () => handlers.search(SearchRequest.fromPartial({ query: "tide" }), context());
  const all = Promise.all([ask(), ask()]);
  while (seen.held === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const meanwhile = seen.searches;
  goOn();
  const found = (await all).map(({ hits = [] }) => hits.length);
  return { meanwhile, found };
}

test("a search is in turn until it is answered, and others wait for it", async () => {
  assert.equal(await searching("passages"), { meanwhile: 1, found: [1, 1] });
});

test("what waits for a reranker holds nobody up", async () => {
  assert.equal(await searching("score"), { meanwhile: 2, found: [1, 1] });
});

test.run();
