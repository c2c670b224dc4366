import { suite } from "uvu";
import * as assert from "uvu/assert";
import { embedderPlugin } from "../../../src/adapters/embedders/mod.ts";
import { systemClock } from "../../../src/adapters/system/mod.ts";
import { faultOf } from "../../contract/sample-run.ts";
import { countingMeter } from "../../support/counting-meter.ts";
import { Recorder } from "../../support/edge-harness.ts";

const never = new AbortController().signal;
const test = suite("embedders that compute here");

for (const kind of ["static", "hashed"] as const) {
  test(`${kind}: calls are counted, and those that fail by their code`, async () => {
    const meter = countingMeter();
    const parts = { clock: systemClock, telemetry: Object.assign(new Recorder(), { meter }) };
    const { value: embedder, stop } = await embedderPlugin.start(parts, { kind }, never);
    await embedder.embed(["a question"], "query", never);
    await embedder.embed(["a passage"], "passage", never);
    assert.equal(meter.backendCalls(), { "embedder embed": 2 });
    assert.is(await faultOf(() => embedder.embed(["x"], "query", AbortSignal.abort())), "cancelled CANCELLED");
    await stop();
    assert.is(await faultOf(() => embedder.embed(["x"], "passage", never)), "unavailable UNAVAILABLE");
    assert.equal(meter.backendCalls(), {
      "embedder embed": 4,
      "embedder embed cancelled": 1,
      "embedder embed unavailable": 1,
    });
  });
}

test.run();
