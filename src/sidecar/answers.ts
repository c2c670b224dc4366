import type { Health } from "../kernel/mod.ts";
import type { Log, Meter } from "../ports/mod.ts";
import type { HealthSource, PluginHealth } from "./health-source.ts";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `admitted`: whether the request showed the token, or none is set. */
export interface Answers {
  metrics(admitted: boolean): Promise<Answer>;
  livez(): Promise<Answer>;
  /** Probes can seldom send a token: without it the status tells all but what is wrong. */
  readyz(admitted: boolean): Promise<Answer>;
}

/** The content type of the Prometheus text format. */
const prometheusText = "text/plain; version=0.0.4; charset=utf-8";
const plainText = "text/plain; charset=utf-8";

export function text(status: number, body: string): Answer {
  return { status, type: plainText, body: `${body}\n` };
}

const unauthorized: Answer = {
  ...text(401, "send 'authorization: Bearer <token>' with the token of KM_METRICS_TOKEN"),
  headers: { "www-authenticate": "Bearer" },
};

/**
 * What each path says.
 *
 * @param metrics texts that are shown one after the other; their metric names must not overlap
 */
export function answersOf(
  metrics: readonly (() => Promise<string>)[],
  health: HealthSource,
  meter: Meter,
  log: Log,
): Answers {
  let wasReady: boolean | undefined;

  function shown(plugins: PluginHealth): PluginHealth {
    for (const [plugin, state] of Object.entries(plugins)) {
      meter.set("km_plugin_healthy", { plugin }, state.ok ? 1 : 0);
    }
    return plugins;
  }

  return {
    async metrics(admitted) {
      if (!admitted) return unauthorized;
      // Asking the plug-ins takes several turns of an event loop that is busy when metrics matter most.
      shown(await health.recent());
      const texts = await Promise.all(metrics.map((read) => read()));
      const body = texts.map((part) => (part === "" || part.endsWith("\n") ? part : `${part}\n`)).join("");
      return { status: 200, type: prometheusText, body };
    },
    // That this runs at all is the answer: it takes a turn of the event loop, and asks nobody.
    livez: async () => text(200, "ok"),
    async readyz(admitted) {
      const plugins = Object.entries(shown(await health.check()));
      const ready = plugins.every(([, state]) => state.ok);
      if (ready !== wasReady) log.info({ ready, plugins: Object.fromEntries(plugins) }, ready ? "ready" : "not ready");
      wasReady = ready;
      return text(
        ready ? 200 : 503,
        [ready ? "ready" : "not ready", ...(admitted ? plugins.map(line) : [])].join("\n"),
      );
    },
  };
}

function line([plugin, state]: readonly [string, Health]): string {
  return state.ok ? `${plugin}: ok` : `${plugin}: ${state.reason.replaceAll(/\s+/g, " ")}`;
}
