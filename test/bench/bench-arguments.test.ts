import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseBench, usage } from "./bench-arguments.ts";

const test = suite("the words of npm run bench");

test("without a suite all of them run, else those that are named", () => {
  const all = parseBench([]);
  assert.ok(
    "suites" in all && all.suites.has("ingest") && all.suites.has("guards") && !all.json && all.tree === undefined,
  );
  const some = parseBench(["chain", "--tree", "small", "search", "--json"]);
  assert.ok("suites" in some && some.json && some.tree === "small");
  assert.equal([...some.suites], ["chain", "search"]);
});

test("help helps, and what is not known runs nothing", () => {
  assert.equal(parseBench(["chain", "--help"]), { help: true });
  for (const args of [["chian"], ["--jsn"], ["--tree"], ["--tree", "__proto__"], ["-x"], [""]]) {
    assert.ok("problem" in parseBench(args), args.join(" "));
  }
  assert.match(usage(), "guards");
});

test.run();
