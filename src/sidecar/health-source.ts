import { type Health, unhealthy } from "../kernel/mod.ts";

export type PluginHealth = Readonly<Record<string, Health>>;

/** Where the sidecar asks for health: it serves before the kernel that knows has finished starting. */
export interface HealthSource {
  check(): Promise<PluginHealth>;
  /** Called once the kernel runs: `source.attach(() => kernel.health())`. */
  attach(check: () => Promise<PluginHealth>): void;
}

export function createHealthSource(): HealthSource {
  let ask = async (): Promise<PluginHealth> => ({ gateway: unhealthy("starting") });
  return {
    check: () => ask(),
    attach(check) {
      ask = check;
    },
  };
}
