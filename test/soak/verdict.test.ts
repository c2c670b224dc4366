import { suite } from "uvu";
import * as assert from "uvu/assert";
import { page } from "./chart.ts";
import type { Sample } from "./sampler.ts";
import { parseSoak } from "./soak-arguments.ts";
import type { Count } from "./tally.ts";
import { judge, type Run, slope } from "./verdict.ts";

const test = suite("what a soak run is judged by");

/** Fifteen minutes, a sample each two seconds; memory swings by 30 MB with collections. */
function samples(change: (seconds: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: 450 }, (_, at) => ({
    seconds: at * 2,
    residentMb: 500 + (at % 7) * 5,
    heapMb: 80 + (at % 11) * 3,
    descriptors: 90 + (at % 5),
    handles: 40,
    threads: 20,
    loopMs: 10,
    callsPerSecond: 50,
    cores: 0.5,
    switches: Math.floor(at / 5),
    ...change(at * 2),
  }));
}

const kinds = ["search", "graph", "cancelled search", "slow reader", "wrong token", "expired token", "ingest"];
const counts: Count[] = kinds.map((kind) => ({ kind, status: "OK", expected: true, calls: 9, example: "" }));
const rest = samples()[0]!;
const good: Run = {
  samples: samples(),
  counts,
  restBefore: rest,
  restAfter: rest,
  chunks: { incremental: 5, full: 5 },
  exitCode: 0,
};
const failed = (run: Partial<Run>) => judge({ ...good, ...run }).flatMap(({ what, ok }) => (ok ? [] : [what]));

test("a steady run is good", () => {
  assert.equal(failed({}), []);
});

test("memory may climb while it warms up, and not after", () => {
  const warming = (seconds: number) => ({ residentMb: 300 + Math.min(seconds, 290) });
  assert.equal(failed({ samples: samples(warming) }), []);
  const leaking = (seconds: number) => ({ residentMb: 500 + seconds / 8 + (seconds % 14) * 3 });
  assert.equal(failed({ samples: samples(leaking) }), ["resident memory is flat"]);
  const heap = (seconds: number) => ({ heapMb: 80 + seconds / 10 });
  assert.equal(failed({ samples: samples(heap) }), ["heap of the main thread is flat"]);
});

test("one spike is no climb", () => {
  const spike = (seconds: number) => (seconds > 600 && seconds < 660 ? { residentMb: 900 } : {});
  assert.equal(failed({ samples: samples(spike) }), []);
});

test("descriptors that stay open are found, in the run or after it", () => {
  const leaking = (seconds: number) => ({ descriptors: 90 + Math.floor(seconds / 30) });
  assert.equal(failed({ samples: samples(leaking) }), ["descriptors are flat"]);
  assert.equal(failed({ restAfter: { ...rest, descriptors: rest.descriptors + 9 } }), ["descriptors are flat"]);
});

test("a status that must not be, a kind that never called, too few switches, a wrong end", () => {
  const internal: Count = { kind: "search", status: "INTERNAL", expected: false, calls: 1, example: "boom" };
  const [, statuses] = ["", "every status was one that the call may end with"];
  assert.equal(failed({ counts: [...counts, internal] }), [statuses]);
  assert.match(judge({ ...good, counts: [...counts, internal] })[3]!.says, "1 × search INTERNAL (boom)");
  assert.equal(failed({ counts: counts.slice(1) }), [statuses]);
  assert.equal(failed({ samples: samples(() => ({ switches: 2 })) }), ["generations were switched throughout"]);
  const short = samples(() => ({ switches: 1 })).slice(0, 40);
  assert.equal(failed({ samples: short }), [], "a run of a minute has time for one");
  assert.equal(failed({ samples: short.map((one) => ({ ...one, switches: 0 })) }).length, 1);
  assert.equal(failed({ chunks: { incremental: 5, full: 6 } }), ["generations were switched throughout"]);
  assert.equal(failed({ exitCode: 1 }), ["it stopped as it should"]);
});

test("the slope is a line's own", () => {
  assert.ok(
    Math.abs(
      slope(
        samples((seconds) => ({ heapMb: 7 + seconds * 0.25 })),
        ({ heapMb }) => heapMb,
      ) - 0.25,
    ) < 1e-9,
  );
});

test("the chart stands by itself, escapes what callers were told, and draws what there is", () => {
  const hostile: Count = { kind: "a", status: "OK", expected: false, calls: 1, example: '<script>"&' };
  const html = page(
    "Run",
    samples(() => ({ heapMb: Number.NaN })),
    [hostile],
    judge(good),
  );
  assert.not.match(html, "<script>");
  assert.not.match(html, /https?:|NaN/);
  assert.is(html.match(/<svg /g)?.length, 5);
});

test("words that are not known are refused", () => {
  assert.equal(parseSoak(["--minutes", "2", "--seed", "7"], 0), { minutes: 2, seed: 7, out: undefined });
  for (const args of [["--minutes"], ["--minutes", "0"], ["--minutes", "x"], ["2"], ["--seed", "-1", "x"], ["--out"]])
    assert.ok("problem" in parseSoak(args, 0), args.join(" "));
});

test.run();
