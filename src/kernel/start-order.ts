import { KernelError } from "./kernel-error.ts";
import type { Plugin } from "./plugin.ts";
import type { Token } from "./token.ts";

/**
 * Dependency order by depth-first search; ties keep the caller's order, so a start is reproducible.
 * @throws KernelError for two plug-ins of one name, two providers of one token, a missing provider or a cycle.
 */
export function inStartOrder(plugins: readonly Plugin[]): Plugin[] {
  const providers = providersOf(plugins);
  const order: Plugin[] = [];
  const state = new Map<Plugin, "visiting" | "done">();
  const visit = (plugin: Plugin, path: readonly string[]): void => {
    if (state.get(plugin) === "done") return;
    const here = [...path, plugin.name];
    if (state.get(plugin) === "visiting") throw new KernelError(`plug-ins depend on each other: ${here.join(" -> ")}`);
    state.set(plugin, "visiting");
    for (const needed of Object.values(plugin.needs)) {
      const provider = providers.get(needed);
      if (!provider) throw new KernelError(`'${plugin.name}' needs '${needed.label}', which nothing provides`);
      visit(provider, here);
    }
    state.set(plugin, "done");
    order.push(plugin);
  };
  for (const plugin of plugins) visit(plugin, []);
  return order;
}

function providersOf(plugins: readonly Plugin[]): Map<Token<unknown>, Plugin> {
  const providers = new Map<Token<unknown>, Plugin>();
  const names = new Set<string>();
  for (const plugin of plugins) {
    if (names.has(plugin.name)) throw new KernelError(`two plug-ins are named '${plugin.name}'`);
    const rival = providers.get(plugin.provides);
    if (rival) throw new KernelError(`'${plugin.provides.label}' is provided by '${rival.name}' and '${plugin.name}'`);
    names.add(plugin.name);
    providers.set(plugin.provides, plugin);
  }
  return providers;
}
