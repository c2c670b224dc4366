import { suite } from "uvu";
import * as assert from "uvu/assert";
import { definePlugin, type Plugin, startKernel, token } from "../../src/kernel/mod.ts";

const A = token<string>("A"),
  B = token<string>("B"),
  C = token<string>("C");
const ok = (raw: unknown) => raw as undefined;
const never = () => new Promise<never>(() => {});
const rejects = async (work: Promise<unknown>, pattern: RegExp) => {
  try {
    await work;
  } catch (e) {
    return assert.match(String((e as Error).message), pattern);
  }
  assert.unreachable("should have thrown");
};
function recorder(log: string[]) {
  const mk = (
    name: string,
    provides: ReturnType<typeof token<string>>,
    needs: Record<string, ReturnType<typeof token<string>>>,
    over: Record<string, unknown> = {},
  ): Plugin =>
    definePlugin({
      name,
      provides,
      needs,
      config: ok,
      start: async () => {
        log.push(`+${name}`);
        return {
          value: name,
          drain: async () => {
            log.push(`~${name}`);
          },
          stop: async () => {
            log.push(`-${name}`);
          },
          health: async () => ({ ok: true as const }),
          ...over,
        };
      },
    });
  return mk;
}
const kernel = suite("kernel");
kernel("starts dependencies first, drains all before stopping any, in reverse", async () => {
  const log: string[] = [];
  const mk = recorder(log);
  const k = await startKernel({ plugins: [mk("c", C, { b: B }), mk("b", B, { a: A }), mk("a", A, {})], config: {} });
  assert.is(k.get(C), "c");
  await k.stop();
  await k.stop();
  assert.is(log.join(" "), "+a +b +c ~c ~b ~a -c -b -a");
});
kernel("names the cycle", () => {
  const mk = recorder([]);
  return rejects(startKernel({ plugins: [mk("a", A, { b: B }), mk("b", B, { a: A })], config: {} }), /a -> b -> a/);
});
kernel("names the missing provider", () => {
  const mk = recorder([]);
  return rejects(startKernel({ plugins: [mk("a", A, { b: B })], config: {} }), /'a' needs 'B'/);
});
kernel("refuses two providers of one token", () => {
  const mk = recorder([]);
  return rejects(startKernel({ plugins: [mk("a", A, {}), mk("z", A, {})], config: {} }), /provided by 'a' and 'z'/);
});
kernel("reports every config error before starting anything", async () => {
  const log: string[] = [];
  const mk = recorder(log);
  const bad = (n: string): Plugin => ({
    ...mk(n, token(n), {}),
    config: () => {
      throw new Error("port: expected a number");
    },
  });
  await rejects(
    startKernel({ plugins: [mk("a", A, {}), bad("x"), bad("y")], config: { typo: 1 } }),
    /typo: no such plug-in[\s\S]*x: port[\s\S]*y: port/,
  );
  assert.equal(log, []);
});
kernel("a failed start stops what had started", async () => {
  const log: string[] = [];
  const mk = recorder(log);
  const boom = definePlugin({
    name: "boom",
    provides: B,
    needs: { a: A },
    config: ok,
    start: async () => {
      throw new Error("no disk");
    },
  });
  await rejects(startKernel({ plugins: [mk("a", A, {}), boom], config: {} }), /'boom' did not start/);
  assert.is(log.join(" "), "+a ~a -a");
});
kernel("a start that hangs is abandoned", () =>
  rejects(
    startKernel({
      plugins: [definePlugin({ name: "h", provides: A, needs: {}, config: ok, start: never })],
      config: {},
      startMs: 20,
    }),
    /'h' did not start/,
  ),
);
kernel("a start that finishes too late is stopped, not leaked", async () => {
  const log: string[] = [];
  const late = definePlugin({
    name: "late",
    provides: A,
    needs: {},
    config: ok,
    start: async () => {
      await new Promise((r) => setTimeout(r, 40));
      return {
        value: "x",
        stop: async () => {
          log.push("-late");
        },
      };
    },
  });
  await rejects(startKernel({ plugins: [late], config: {}, startMs: 10 }), /did not start/);
  await new Promise((r) => setTimeout(r, 60));
  assert.equal(log, ["-late"]);
});
kernel("a hung drain does not keep others from stopping, and is reported", async () => {
  const log: string[] = [];
  const mk = recorder(log);
  const k = await startKernel({
    plugins: [mk("a", A, {}), mk("b", B, { a: A }, { drain: never })],
    config: {},
    drainMs: 20,
  });
  await rejects(k.stop(), /1 step\(s\) failed/);
  assert.is(log.join(" "), "+a +b ~a -b -a");
});
kernel("a health check that hangs or throws is unhealthy", async () => {
  const mk = recorder([]);
  const k = await startKernel({
    plugins: [
      mk("a", A, {}),
      mk("b", B, {}, { health: never }),
      mk(
        "c",
        C,
        {},
        {
          health: async () => {
            throw new Error("down");
          },
        },
      ),
    ],
    config: {},
    healthMs: 20,
  });
  const h = await k.health();
  assert.equal(h.a, { ok: true });
  assert.is(h.b?.ok, false);
  assert.equal(h.c, { ok: false, reason: "down" });
  const s = k.stop();
  assert.is((await k.health()).a?.ok, false);
  await s;
});
kernel.run();
