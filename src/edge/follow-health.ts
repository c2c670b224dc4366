import type { Log } from "../ports/mod.ts";
import { realTimers, type Timers } from "./timers.ts";

/** How soon an outage shows, ms: a probe is asked as often, and a check costs a question to each store. */
const everyMs = 2_000;

export interface FollowedHealth {
  /** What each plug-in says of itself, by plug-in name. */
  check(): Promise<Readonly<Record<string, { readonly ok: boolean }>>>;
  /** Names of the plug-ins that each service stands on, by the service's full name. */
  readonly services: ReadonlyMap<string, ReadonlySet<string>>;
  set(serving: boolean, service?: string): void;
  readonly log: Log;
}

/**
 * Keeps the health service's word on each service in step with the plug-ins it stands on. The server as a whole ("")
 * serves while one of its services does: a prober that takes it away would take the healthy ones too.
 *
 * @returns ends the following; whatever is on its way then is not set any more
 */
export function followHealth({ check, services, set, log }: FollowedHealth, timers: Timers = realTimers): () => void {
  let over = false;
  let cancel = () => {};
  const serving = new Map([...services.keys()].map((name) => [name, true]));
  let whole = true;

  async function look(): Promise<void> {
    const plugins = await check();
    if (over) return;
    for (const [name, standsOn] of services) {
      const down = [...standsOn].filter((plugin) => plugins[plugin]?.ok === false);
      const serves = down.length === 0;
      if (serving.get(name) === serves) continue;
      serving.set(name, serves);
      set(serves, name);
      if (serves) log.info({ service: name }, "the service is served again");
      else log.warn({ service: name, plugins: down }, "the service is not served while these are down");
    }
    const some = [...serving.values()].includes(true);
    if (some === whole) return;
    whole = some;
    set(some, "");
  }

  function next(): void {
    cancel = timers.after(everyMs, () => {
      look()
        .catch((error: unknown) => log.error({ err: error }, "asking the plug-ins for their health failed"))
        .finally(() => {
          if (!over) next();
        });
    });
  }

  next();
  return () => {
    over = true;
    cancel();
  };
}
