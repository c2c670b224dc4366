import { suite } from "uvu";
import * as assert from "uvu/assert";
import { followHealth } from "../../src/edge/mod.ts";
import type { Log } from "../../src/ports/mod.ts";

const test = suite("edge: health of services follows plug-ins");

const none = () => {};
const quiet: Log = { debug: none, info: none, warn: none, error: none, with: () => quiet };

/** Two services: one on the index, one on the ledger; both on the state. */
function follow() {
  const sick = new Set<string>();
  const told: string[] = [];
  let fire = () => {};
  let asked = Promise.resolve({});
  const services = new Map([
    ["Search", new Set(["search", "index", "state"])],
    ["Audit", new Set(["audit", "ledger", "state"])],
  ]);
  const unfollow = followHealth(
    {
      services,
      check() {
        const names = ["index", "ledger", "state"];
        asked = Promise.resolve(Object.fromEntries(names.map((name) => [name, { ok: !sick.has(name) }])));
        return asked;
      },
      set: (serving, service) => void told.push(`${service === "" ? "whole" : service} ${serving ? "up" : "down"}`),
      log: quiet,
    },
    {
      after(_ms, then) {
        fire = then;
        return () => {
          fire = none;
        };
      },
    },
  );
  return {
    unfollow,
    /** What was set at the next look, with these plug-ins down. */
    async look(...down: string[]) {
      sick.clear();
      for (const name of down) sick.add(name);
      told.length = 0;
      fire();
      // A look ends in a few turns of the microtask queue; the next macrotask comes after all of them.
      await asked;
      await new Promise((resolve) => setImmediate(resolve));
      return [...told];
    },
  };
}

test("a service goes with what it stands on, comes back with it, and takes no other with it", async () => {
  const { look } = follow();
  assert.equal(await look(), []);
  assert.equal(await look("index"), ["Search down"]);
  assert.equal(await look("index"), []);
  assert.equal(await look("ledger"), ["Search up", "Audit down"]);
  assert.equal(await look(), ["Audit up"]);
});

test("the whole server serves while one service does", async () => {
  const { look } = follow();
  assert.equal(await look("state"), ["Search down", "Audit down", "whole down"]);
  assert.equal(await look("ledger"), ["Search up", "whole up"]);
});

test("nothing is set once the following has ended, not even by a look on its way", async () => {
  const { look, unfollow } = follow();
  const looking = look("state");
  unfollow();
  assert.equal(await looking, []);
  assert.equal(await look("state"), []);
});

test.run();
