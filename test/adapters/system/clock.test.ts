import { suite } from "uvu";
import * as assert from "uvu/assert";
import { systemClock } from "../../../src/adapters/system/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";

const clock = suite("system clock");

clock("a sleep that is aborted rejects at once with the caller's Fault", async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, controller.signal);
  controller.abort(new Fault("cancelled", "enough"));
  const error = await sleeping.then(
    () => undefined,
    (e: unknown) => e,
  );
  assert.instance(error, Fault);
  assert.is((error as Fault).message, "enough");
});

clock("a sleep under an aborted signal never starts", async () => {
  const error = await systemClock.sleep(3_600_000, AbortSignal.abort()).then(
    () => undefined,
    (e: unknown) => e,
  );
  assert.is((error as Fault).code, "cancelled");
});

clock("no time is no wait", () => systemClock.sleep(0, new AbortController().signal));

clock("ids differ and bytes have the length asked for", () => {
  assert.is.not(systemClock.uuid(), systemClock.uuid());
  assert.is(systemClock.bytes(16).length, 16);
});

clock.run();
