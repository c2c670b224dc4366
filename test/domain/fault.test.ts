import { suite } from "uvu";
import * as assert from "uvu/assert";
import { aborted, Fault, invalid, throwIfAborted } from "../../src/domain/mod.ts";

const fault = suite("fault");

fault("carries its code, and a stable reason made from it", () => {
  const made = new Fault("not-found", "no such run");
  assert.is(`${made.name} ${made.code} ${made.reason}`, "Fault not-found NOT_FOUND");
  assert.not.ok("cause" in made);
});

fault("an invalid field is named in the message and for machines", () => {
  const made = invalid("filter.path_globs", "at most 20");
  assert.is(made.message, "filter.path_globs: at most 20");
  assert.is(made.field, "filter.path_globs");
});

fault("an abort by time-out is a deadline, any other is a cancel", () => {
  assert.is(aborted(AbortSignal.abort(new DOMException("late", "TimeoutError"))).code, "deadline");
  assert.is(aborted(AbortSignal.abort()).code, "cancelled");
  assert.is(aborted(AbortSignal.abort("text")).code, "cancelled");
});

fault("an abort that was given a Fault keeps it", () => {
  const reason = new Fault("unavailable", "shutting down");
  assert.is(aborted(AbortSignal.abort(reason)), reason);
});

fault("nothing is thrown for a signal that is not aborted", () => {
  throwIfAborted(new AbortController().signal);
  assert.throws(() => throwIfAborted(AbortSignal.abort()), /cancelled/);
});

fault.run();
