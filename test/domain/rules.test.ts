import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { covers, insider, isOver, maySee, nextGeneration, pageSize, runStates } from "../../src/domain/mod.ts";

const rules = suite("rules");

rules("a maintainer may do what a reader may, not the other way round", () => {
  assert.equal(
    [covers("maintainer", "reader"), covers("maintainer", "maintainer"), covers("reader", "reader")],
    [true, true, true],
  );
  assert.is(covers("reader", "maintainer"), false);
});

rules("a principal sees the sources it is limited to, and all without a limit", () => {
  const limited = { ...insider("command"), sources: ["a"] };
  assert.equal([maySee(limited, "a"), maySee(limited, "b")], [true, false]);
  assert.is(maySee({ ...limited, sources: [] }, "a"), false);
  assert.is(maySee(insider("scheduler"), "b"), true);
});

rules("a generation always grows, whatever the clock does", async () => {
  await fc.assert(
    fc.property(fc.nat(), fc.nat(), (previous, now) => {
      const next = nextGeneration(previous, now);
      assert.ok(next > previous && next >= now);
    }),
  );
});

rules("a page size is the default for 0, coerced to the cap, refused below", () => {
  assert.equal([pageSize(0, 10, 100), pageSize(7, 10, 100), pageSize(1_000, 10, 100)], [10, 7, 100]);
  assert.throws(() => pageSize(-1, 10, 100), /must not be negative/);
});

rules("a run is over in every state but pending and running", () => {
  assert.equal(
    runStates.filter((state) => !isOver(state)),
    ["pending", "running"],
  );
});

rules.run();
