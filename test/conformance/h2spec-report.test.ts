import { suite } from "uvu";
import * as assert from "uvu/assert";
import { conformancePage, failing } from "./conformance-page.ts";
import { parseReport } from "./h2spec-report.ts";

const test = suite("h2spec's report, and the page made of it");

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="6.7. PING" package="http2/6.7" id="6.7" tests="3" skipped="1" failures="0" errors="1">
    <testcase package="http2/6.7" classname="Sends a &#34;PING&#34; frame" time="0.0010"></testcase>
    <testcase package="http2/6.7" classname="Sends a PING frame with ACK" time="0.0036">
      <error>PING Frame (opaque_data:h2spec\u0000\u0000)
Connection | closed</error>
    </testcase>
    <testcase package="http2/6.5.3" classname="Sends values" time="0.1">
      <skipped></skipped>
    </testcase>
  </testsuite>
</testsuites>`;

test("cases are read, control characters and all", () => {
  assert.equal(parseReport(report), [
    { name: 'http2/6.7 Sends a "PING" frame', outcome: "passed", expected: [], actual: "" },
    {
      name: "http2/6.7 Sends a PING frame with ACK",
      outcome: "failed",
      expected: ["PING Frame (opaque_data:h2spec)"],
      actual: "Connection | closed",
    },
    { name: "http2/6.5.3 Sends values", outcome: "skipped", expected: [], actual: "" },
  ]);
  assert.equal(parseReport(""), []);
});

test("the page says why, or that nobody knows", () => {
  const results = [
    { server: "gateway", cases: parseReport(report) },
    { server: "bare", cases: [] },
  ];
  assert.equal(failing(results), ["http2/6.7 Sends a PING frame with ACK"]);
  const made = { runtime: "node 1", tool: "v1" };
  assert.match(conformancePage(results, new Map(), made), "| failed | not run | **not known");
  const known = new Map([["http2/6.7 Sends a PING frame with ACK", "since | so"]]);
  assert.match(conformancePage(results, known, made), "| failed | not run | since \\| so |");
  assert.match(conformancePage(results, known, made), "| gateway | 3 | 1 | 1 | 1 |");
});

test.run();
