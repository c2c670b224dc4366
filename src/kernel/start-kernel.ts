import { type Health, unhealthy } from "./health.ts";
import { KernelError } from "./kernel-error.ts";
import type { Plugin, Running } from "./plugin.ts";
import { inStartOrder } from "./start-order.ts";
import { type FailedStart, startSideBySide } from "./start-side-by-side.ts";
import type { Token } from "./token.ts";
import { within } from "./within.ts";

export type Phase = "started" | "drained" | "stopped";

export interface KernelEvent {
  readonly plugin: string;
  readonly phase: Phase | "failed";
  /** How long the step took, in milliseconds. */
  readonly ms: number;
  readonly error?: unknown;
}

export interface KernelOptions {
  readonly plugins: readonly Plugin[];
  /** One raw value a plug-in, by plug-in name; each plug-in's own parser judges it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Limit of one start, ms. 30,000: opening a large index and its migrations is the slowest honest start. */
  readonly startMs?: number;
  /** Limit of one drain, ms. 20,000: the edge's drain budget. */
  readonly drainMs?: number;
  /** Limit of one stop, ms. 5,000: by then nothing is in flight. */
  readonly stopMs?: number;
  /** Limit of one health check, ms. 1,000: a probe that waits longer is a failed probe. */
  readonly healthMs?: number;
  readonly on?: (event: KernelEvent) => void;
}

export interface Kernel {
  /** @throws KernelError when nothing provides the token. */
  get<T>(token: Token<T>): T;
  /**
   * Names of the plug-in that provides the token and of all that it stands on, however far down.
   * @throws KernelError when nothing provides the token.
   */
  standsOn(token: Token<unknown>): ReadonlySet<string>;
  /** The health of every plug-in that has a check; all unhealthy once stopping. */
  health(): Promise<Readonly<Record<string, Health>>>;
  /** Drains all in reverse order, then stops all in reverse order. Later calls return the first call's promise. */
  stop(): Promise<void>;
}

interface Live {
  readonly plugin: Plugin;
  readonly run: Running<unknown>;
}

/**
 * Checks wiring and config whole, then starts each plug-in as soon as what it needs runs: those that don't need each
 * other start side by side. After a failed start no other begins, those under way are told by their signal, what had
 * started is stopped, and the KernelError names the plug-in that failed first; a start that ends too late is stopped,
 * not leaked.
 */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  const { startMs = 30_000, drainMs = 20_000, stopMs = 5_000, healthMs = 1_000, on = () => {} } = options;
  const order = inStartOrder(options.plugins);
  const configs = parseAll(order, options.config);
  const running = new Map<Plugin, Running<unknown>>();
  const values = new Map<Token<unknown>, unknown>();
  let stopping: Promise<void> | undefined;

  async function step(plugin: Plugin, phase: Phase, ms: number, work: (s: AbortSignal) => Promise<void>) {
    const began = performance.now();
    try {
      await within(ms, `${plugin.name} ${phase}`, work);
      on({ plugin: plugin.name, phase, ms: performance.now() - began });
    } catch (error) {
      on({ plugin: plugin.name, phase: "failed", ms: performance.now() - began, error });
      throw error;
    }
  }

  /** In start order, whichever was ready first. */
  function live(): Live[] {
    return order.flatMap((plugin) => {
      const run = running.get(plugin);
      return run === undefined ? [] : { plugin, run };
    });
  }

  async function start(plugin: Plugin, limit: AbortSignal, givenUp: AbortSignal): Promise<void> {
    const needs = Object.fromEntries(Object.entries(plugin.needs).map(([key, t]) => [key, values.get(t)]));
    const run = await plugin.start(needs, configs.get(plugin), AbortSignal.any([limit, givenUp]));
    if (limit.aborted) return void (await run.stop?.(AbortSignal.timeout(stopMs)));
    running.set(plugin, run);
    values.set(plugin.provides, run.value);
  }

  async function unwind({ plugin, cause }: FailedStart): Promise<never> {
    const leftover: unknown[] = [];
    await stopAll().catch((error) => leftover.push(error));
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new KernelError(`plug-in '${plugin.name}' did not start: ${message}`, {
      cause: leftover.length > 0 ? new AggregateError([cause, ...leftover], message) : cause,
    });
  }

  async function stopAll(): Promise<void> {
    const errors: unknown[] = [];
    const note = (error: unknown) => void errors.push(error);
    const last = live().toReversed();
    for (const { plugin, run } of last) {
      if (run.drain) await step(plugin, "drained", drainMs, (s) => run.drain!(s)).catch(note);
    }
    for (const { plugin, run } of last) {
      if (run.stop) await step(plugin, "stopped", stopMs, (s) => run.stop!(s)).catch(note);
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} step(s) failed while stopping`);
  }

  const failed = await startSideBySide(order, (plugin, givenUp) =>
    step(plugin, "started", startMs, (limit) => start(plugin, limit, givenUp)),
  );
  if (failed !== undefined) await unwind(failed);

  async function check({ plugin, run }: Live): Promise<readonly [string, Health]> {
    if (stopping) return [plugin.name, unhealthy("stopping")];
    let health: Health = unhealthy("no answer");
    try {
      await within(healthMs, `${plugin.name} health`, async (s) => {
        health = await run.health!(s);
      });
    } catch (error) {
      health = unhealthy(error instanceof Error ? error.message : "failed");
    }
    return [plugin.name, stopping ? unhealthy("stopping") : health];
  }

  return {
    get<T>(t: Token<T>): T {
      if (!values.has(t)) throw new KernelError(`nothing provides '${t.label}'`);
      return values.get(t) as T;
    },
    standsOn(t: Token<unknown>): ReadonlySet<string> {
      const names = new Set<string>();
      const add = (needed: Token<unknown>) => {
        const plugin = order.find(({ provides }) => provides === needed);
        if (plugin === undefined) throw new KernelError(`nothing provides '${needed.label}'`);
        if (names.has(plugin.name)) return;
        names.add(plugin.name);
        for (const need of Object.values(plugin.needs)) add(need);
      };
      add(t);
      return names;
    },
    health: async () =>
      Object.fromEntries(
        await Promise.all(
          live()
            .filter((l) => l.run.health)
            .map(check),
        ),
      ),
    stop: () => (stopping ??= stopAll()),
  };
}

/** Every config error is reported at once, before anything has started. */
function parseAll(plugins: readonly Plugin[], raw: Readonly<Record<string, unknown>>): Map<Plugin, unknown> {
  const parsed = new Map<Plugin, unknown>();
  const problems: string[] = [];
  const known = new Set(plugins.map((p) => p.name));
  for (const key of Object.keys(raw)) if (!known.has(key)) problems.push(`${key}: no such plug-in`);
  for (const plugin of plugins) {
    try {
      parsed.set(plugin, plugin.config(raw[plugin.name]));
    } catch (error) {
      problems.push(`${plugin.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0) throw new KernelError(`bad config\n  ${problems.join("\n  ")}`);
  return parsed;
}
