import { type Health, unhealthy } from "../kernel/mod.ts";

export type PluginHealth = Readonly<Record<string, Health>>;

/** Where the sidecar asks for health: it serves before the kernel that knows has finished starting. */
export interface HealthSource {
  check(): Promise<PluginHealth>;
  /** What the last check found, unless that is long ago: then there is another. */
  recent(): Promise<PluginHealth>;
  /** Called once the kernel runs: `source.attach(() => kernel.health())`. */
  attach(check: () => Promise<PluginHealth>): void;
}

/** While a gateway runs it is checked every two seconds, and each check ends within one. */
const recentMs = 5_000;

export function createHealthSource(now: () => number = () => performance.now()): HealthSource {
  let ask = async (): Promise<PluginHealth> => ({ gateway: unhealthy("starting") });
  let last: { readonly at: number; readonly found: PluginHealth } | undefined;

  async function check(): Promise<PluginHealth> {
    const asked = ask;
    const found = await asked();
    if (asked === ask) last = { at: now(), found };
    return found;
  }

  return {
    check,
    recent: async () => (last !== undefined && now() - last.at < recentMs ? last.found : check()),
    attach(other) {
      ask = other;
      last = undefined;
    },
  };
}
