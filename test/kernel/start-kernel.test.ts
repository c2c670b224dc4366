import { suite } from "uvu";
import * as assert from "uvu/assert";
import { definePlugin, KernelError, type KernelEvent, startKernel, token } from "../../src/kernel/mod.ts";
import { recorded } from "../support/plugins.ts";

const A = token<string>("A");
const B = token<string>("B");
const C = token<string>("C");

/** A step that never ends: the kernel's limit must end the wait. */
const never = () => new Promise<never>(() => {});

async function refusal(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return assert.unreachable("should have been refused") as never;
}

const wiring = suite("kernel: wiring");

wiring("names the cycle", async () => {
  const { plugin } = recorded();
  const plugins = [plugin("a", A, { b: B }), plugin("b", B, { a: A })];
  assert.match((await refusal(startKernel({ plugins, config: {} }))).message, /a -> b -> a/);
});

wiring("names what nothing provides, and who needs it", async () => {
  const plugins = [recorded().plugin("a", A, { b: B })];
  assert.match((await refusal(startKernel({ plugins, config: {} }))).message, /'a' needs 'B'/);
});

wiring("refuses two providers of one token", async () => {
  const { plugin } = recorded();
  const plugins = [plugin("a", A), plugin("z", A)];
  assert.match((await refusal(startKernel({ plugins, config: {} }))).message, /provided by 'a' and 'z'/);
});

wiring("refuses two plug-ins of one name", async () => {
  const { plugin } = recorded();
  const plugins = [plugin("a", A), plugin("a", B)];
  assert.match((await refusal(startKernel({ plugins, config: {} }))).message, /two plug-ins are named 'a'/);
});

wiring("reports every config error before starting anything", async () => {
  const { plugin, events } = recorded();
  const config = () => {
    throw new Error("port: expected a number");
  };
  const plugins = [plugin("a", A), plugin("x", B, {}, { config }), plugin("y", C, {}, { config })];
  const { message } = await refusal(startKernel({ plugins, config: { typo: 1 } }));
  assert.match(message, /typo: no such plug-in[\s\S]*x: port[\s\S]*y: port/);
  assert.equal(events, []);
});

wiring("hands a plug-in its parsed config and what it needs", async () => {
  const { plugin } = recorded();
  const b = definePlugin({
    name: "b",
    provides: B,
    needs: { first: A },
    config: (raw) => Number(raw),
    start: async ({ first }, port) => ({ value: `${first}:${port + 1}` }),
  });
  const kernel = await startKernel({ plugins: [b, plugin("a", A)], config: { b: "41" } });
  assert.is(kernel.get(B), "a:42");
  assert.throws(() => kernel.get(C), /nothing provides 'C'/);
  await kernel.stop();
});

wiring.run();

const starting = suite("kernel: starting");

starting("starts what is needed first, the others side by side, and stops in the order of needs and list", async () => {
  const { plugin, events } = recorded();
  const kernel = await startKernel({ plugins: [plugin("c", C, { a: A }), plugin("b", B), plugin("a", A)], config: {} });
  assert.is(events.join(" "), "+a +b +c");
  await kernel.stop();
  assert.is(events.join(" "), "+a +b +c ~b ~c ~a -b -c -a");
});

starting("those that don't need each other don't wait for each other", async () => {
  let bothBegun = () => {};
  const both = new Promise<void>((resolve) => {
    bothBegun = resolve;
  });
  const { plugin } = recorded();
  const waits = plugin("waits", A, {}, { start: () => both });
  const other = plugin("other", B, {}, { start: async () => bothBegun() });
  await (await startKernel({ plugins: [waits, other], config: {}, startMs: 1_000 })).stop();
});

starting("after a failed start those under way are told, and nothing else begins", async () => {
  const { plugin, events } = recorded();
  let fail = (_: Error) => {};
  const start = () => new Promise<never>((_, reject) => (fail = reject));
  const under = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      fail(new Error("no disk"));
    });
  const plugins = [plugin("boom", A, {}, { start }), plugin("slow", B, {}, { start: under }), plugin("c", C, { b: B })];
  const seen: string[] = [];
  const on = ({ plugin: name, phase, error }: KernelEvent) => void seen.push(`${name} ${phase}: ${error}`);
  const error = await refusal(startKernel({ plugins, config: {}, on }));
  assert.match(error.message, /^plug-in 'boom' did not start: no disk$/);
  assert.equal(seen, [
    "boom failed: Error: no disk",
    "slow failed: KernelError: given up, since plug-in 'boom' did not start",
  ]);
  assert.equal(events, []);
});

starting("a start that ends well after another has failed is stopped", async () => {
  const { plugin, events } = recorded();
  let fail = (_: Error) => {};
  const start = () => new Promise<never>((_, reject) => (fail = reject));
  const late = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
      fail(new Error("no disk"));
    });
  const plugins = [plugin("boom", A, {}, { start }), plugin("late", B, {}, { start: late })];
  assert.match((await refusal(startKernel({ plugins, config: {} }))).message, /'boom' did not start/);
  assert.is(events.join(" "), "+late ~late -late");
});

starting("a failed start stops what had started", async () => {
  const { plugin, events } = recorded();
  const start = () => Promise.reject(new Error("no disk"));
  const plugins = [plugin("a", A), plugin("boom", B, { a: A }, { start })];
  const error = await refusal(startKernel({ plugins, config: {} }));
  assert.match(error.message, /'boom' did not start: no disk/);
  assert.is((error.cause as Error).message, "no disk");
  assert.is(events.join(" "), "+a ~a -a");
});

starting("a start that hangs is abandoned, and told so", async () => {
  let told: AbortSignal | undefined;
  const start = (signal: AbortSignal) => {
    told = signal;
    return never();
  };
  const plugins = [recorded().plugin("h", A, {}, { start })];
  const error = await refusal(startKernel({ plugins, config: {}, startMs: 5 }));
  assert.match(error.message, /'h' did not start: h started: not within 5 ms/);
  assert.is(told?.aborted, true);
});

starting("a start that ends too late is stopped, not leaked", async () => {
  const { plugin, events } = recorded();
  let finish = () => {};
  const start = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
    });
  await new Promise<void>((stopped) => {
    const stop = async () => stopped();
    const plugins = [plugin("late", A, {}, { start, stop })];
    refusal(startKernel({ plugins, config: {}, startMs: 5 })).then(
      () => {
        assert.equal(events, []);
        finish();
      },
      () => {},
    );
  });
  assert.equal(events, ["+late"]);
});

starting.run();

const stopping = suite("kernel: stopping");

stopping("drains all before stopping any, in reverse, once", async () => {
  const { plugin, events } = recorded();
  const plugins = [plugin("c", C, { b: B }), plugin("b", B, { a: A }), plugin("a", A)];
  const kernel = await startKernel({ plugins, config: {} });
  assert.is(kernel.get(C), "c");
  await Promise.all([kernel.stop(), kernel.stop()]);
  await kernel.stop();
  assert.is(events.join(" "), "+a +b +c ~c ~b ~a -c -b -a");
});

stopping("a hung drain does not keep others from stopping, and is reported", async () => {
  const { plugin, events } = recorded();
  const plugins = [plugin("a", A), plugin("b", B, { a: A }, { drain: never })];
  const kernel = await startKernel({ plugins, config: {}, drainMs: 5 });
  const error = await refusal(kernel.stop());
  assert.match(error.message, /1 step\(s\) failed/);
  assert.match(String((error as AggregateError).errors[0]), /b drained: not within 5 ms/);
  assert.is(events.join(" "), "+a +b ~a -b -a");
});

stopping("a stop that throws does not keep others from stopping", async () => {
  const { plugin, events } = recorded();
  const stop = () => Promise.reject(new Error("stuck"));
  const kernel = await startKernel({ plugins: [plugin("a", A), plugin("b", B, {}, { stop })], config: {} });
  await refusal(kernel.stop());
  assert.is(events.join(" "), "+a +b ~b ~a -a");
});

stopping("every step is told as it ends", async () => {
  const seen: string[] = [];
  const on = ({ plugin, phase, ms }: KernelEvent) => void seen.push(`${plugin} ${phase} ${ms >= 0}`);
  const { plugin } = recorded();
  const stop = () => Promise.reject(new Error("stuck"));
  const kernel = await startKernel({ plugins: [plugin("a", A, {}, { stop })], config: {}, on });
  await refusal(kernel.stop());
  assert.equal(seen, ["a started true", "a drained true", "a failed true"]);
});

stopping.run();

const health = suite("kernel: health");

health("a check that answers is believed", async () => {
  const { plugin } = recorded();
  const ill = async () => ({ ok: false, reason: "disk full" }) as const;
  const kernel = await startKernel({ plugins: [plugin("a", A), plugin("b", B, {}, { health: ill })], config: {} });
  assert.equal(await kernel.health(), { a: { ok: true }, b: { ok: false, reason: "disk full" } });
  await kernel.stop();
});

health("a check that hangs is unhealthy, and others still answer", async () => {
  const { plugin } = recorded();
  const plugins = [plugin("a", A), plugin("b", B, {}, { health: never })];
  const kernel = await startKernel({ plugins, config: {}, healthMs: 5 });
  const found = await kernel.health();
  assert.equal(found["a"], { ok: true });
  assert.equal(found["b"], { ok: false, reason: "b health: not within 5 ms" });
  await kernel.stop();
});

health("a check that throws is unhealthy, with its words", async () => {
  const { plugin } = recorded();
  const down = () => Promise.reject(new Error("down"));
  const kernel = await startKernel({ plugins: [plugin("c", C, {}, { health: down })], config: {} });
  assert.equal((await kernel.health())["c"], { ok: false, reason: "down" });
  await kernel.stop();
});

health("a plug-in without a check is not asked", async () => {
  const silent = definePlugin({
    name: "silent",
    provides: A,
    needs: {},
    config: () => undefined,
    start: async () => ({ value: "" }),
  });
  const kernel = await startKernel({ plugins: [silent], config: {} });
  assert.equal(await kernel.health(), {});
  await kernel.stop();
});

health("nothing is healthy once stopping", async () => {
  const kernel = await startKernel({ plugins: [recorded().plugin("a", A)], config: {} });
  const stop = kernel.stop();
  assert.equal((await kernel.health())["a"], { ok: false, reason: "stopping" });
  await stop;
});

health("a plug-in stands on all that its needs stand on, and on nothing else", async () => {
  const { plugin } = recorded();
  const plugins = [plugin("a", A), plugin("b", B, { a: A }), plugin("c", C, { b: B })];
  const kernel = await startKernel({ plugins, config: {} });
  assert.equal([...kernel.standsOn(C)].sort(), ["a", "b", "c"]);
  assert.equal([...kernel.standsOn(A)], ["a"]);
  assert.throws(() => kernel.standsOn(token("nobody's")), /nothing provides 'nobody's'/);
  await kernel.stop();
});

health("a refusal is a KernelError", async () => {
  const error = await refusal(startKernel({ plugins: [], config: { typo: 1 } }));
  assert.instance(error, KernelError);
});

health.run();
