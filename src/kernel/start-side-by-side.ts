import { KernelError } from "./kernel-error.ts";
import type { Plugin } from "./plugin.ts";
import type { Token } from "./token.ts";

export interface FailedStart {
  readonly plugin: Plugin;
  readonly cause: unknown;
}

/**
 * Calls `start` for each plug-in as soon as all that it needs has started; ties begin in the order given. After a
 * failure nothing else begins, and the signal of those under way aborts. Ends when none is under way.
 *
 * @param order in dependency order
 * @returns the first failure, if any
 */
export async function startSideBySide(
  order: readonly Plugin[],
  start: (plugin: Plugin, signal: AbortSignal) => Promise<void>,
): Promise<FailedStart | undefined> {
  const starts = new Map<Token<unknown>, Promise<boolean>>();
  const givenUp = new AbortController();
  let failed: FailedStart | undefined;
  const startOne = async (plugin: Plugin): Promise<boolean> => {
    const needed = await Promise.all(Object.values(plugin.needs).map((token) => starts.get(token)));
    if (failed !== undefined || needed.includes(false)) return false;
    try {
      await start(plugin, givenUp.signal);
      return true;
    } catch (cause) {
      failed ??= { plugin, cause };
      givenUp.abort(new KernelError(`given up, since plug-in '${failed.plugin.name}' did not start`));
      return false;
    }
  };
  for (const plugin of order) starts.set(plugin.provides, startOne(plugin));
  await Promise.all(starts.values());
  return failed;
}
