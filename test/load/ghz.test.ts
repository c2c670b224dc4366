import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseGhz } from "./ghz.ts";
import { parseLoad } from "./load-arguments.ts";

const test = suite("the load command's words and ghz's");

test("calls are read from ghz's report; one without calls is empty", () => {
  const text = JSON.stringify({ details: [{ latency: 1_500_000, error: "", status: "OK" }] });
  assert.equal(parseGhz("a.B", text), [{ method: "a.B", status: "OK", ms: 1.5 }]);
  assert.equal(parseGhz("a.B", '{"details":null}'), []);
});

test("words that are not known are refused", () => {
  assert.equal(parseLoad([]), { seconds: 300, roundSeconds: 15, tree: "large" });
  assert.equal(parseLoad(["--seconds", "10", "--round-seconds", "0", "--tree", "small"]), {
    seconds: 10,
    roundSeconds: 0,
    tree: "small",
  });
  assert.equal(parseLoad(["--help"]), { help: true });
  for (const args of [["--seconds", "x"], ["--seconds"], ["10"], ["--tree", "__proto__"], ["--round-seconds", "1"]])
    assert.ok("problem" in parseLoad(args), args.join(" "));
});

test.run();
