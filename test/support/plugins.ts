import { definePlugin, type Health, type Needs, type Plugin, type Token } from "../../src/kernel/mod.ts";

export interface Recorded {
  /** What happened, in order: `+a` started, `~a` drained, `-a` stopped. */
  readonly events: string[];
  /** A plug-in whose value is its name and that records its steps; `over` replaces some of them. */
  plugin(name: string, provides: Token<string>, needs?: Needs, over?: Partial<Steps>): Plugin;
}

export interface Steps {
  config(raw: unknown): unknown;
  start(signal: AbortSignal): Promise<void>;
  drain(): Promise<void>;
  stop(): Promise<void>;
  health(): Promise<Health>;
}

/** Plug-ins that write down what is done to them. */
export function recorded(): Recorded {
  const events: string[] = [];
  return {
    events,
    plugin: (name, provides, needs = {}, over = {}) =>
      definePlugin({
        name,
        provides,
        needs,
        config: over.config ?? (() => undefined),
        async start(_needs, _config, signal) {
          await over.start?.(signal);
          events.push(`+${name}`);
          return {
            value: name,
            drain: over.drain ?? (async () => void events.push(`~${name}`)),
            stop: over.stop ?? (async () => void events.push(`-${name}`)),
            health: over.health ?? (async () => ({ ok: true })),
          };
        },
      }),
  };
}
