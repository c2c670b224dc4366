import type { Health } from "../kernel/mod.ts";
import type { Log, Meter } from "../ports/mod.ts";
import type { HealthSource, PluginHealth } from "./health-source.ts";

/** `body`: in pieces where most of them stay as they are from one answer to the next. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export type Path = "/metrics" | "/livez" | "/readyz";

/**
 * What the thread that serves calls says to each path. `admitted`: whether the request showed the token, or none is set.
 */
export type Answers = Readonly<Record<Path, (admitted: boolean) => Promise<Answer>>>;

/** A text in the Prometheus format, in pieces that are joined with nothing between them; its last line is ended. */
export type MetricPieces = () => Promise<readonly string[]>;

/** The content type of the Prometheus text format. */
const prometheusText = "text/plain; version=0.0.4; charset=utf-8";
const plainText = "text/plain; charset=utf-8";

export function text(status: number, body: string): Answer & { readonly body: string } {
  return { status, type: plainText, body: `${body}\n` };
}

/**
 * What each path says.
 *
 * @param metrics shown one after the other; their metric names must not overlap
 */
export function answersOf(metrics: readonly MetricPieces[], health: HealthSource, meter: Meter, log: Log): Answers {
  let wasReady: boolean | undefined;

  function shown(plugins: PluginHealth): PluginHealth {
    for (const [plugin, state] of Object.entries(plugins)) {
      meter.set("km_plugin_healthy", { plugin }, state.ok ? 1 : 0);
    }
    return plugins;
  }

  return {
    async "/metrics"() {
      // Asking the plug-ins takes several turns of an event loop that is busy when metrics matter most.
      shown(await health.recent());
      const pages = await Promise.all(metrics.map((read) => read()));
      return { status: 200, type: prometheusText, body: pages.flat() };
    },
    // That this runs at all is the answer: it takes a turn of the event loop, and asks nobody.
    "/livez": async () => text(200, "ok"),
    // Probes can seldom send a token: without it the status tells all but what is wrong.
    async "/readyz"(admitted) {
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
