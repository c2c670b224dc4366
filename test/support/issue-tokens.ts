import { openTokenDesk } from "../../src/cli/token-desk.ts";
import { readConfig } from "../../src/config/mod.ts";
import type { Scope } from "../../src/domain/mod.ts";

export interface WantedToken {
  readonly name: string;
  readonly scope?: Scope;
  readonly quotaClass?: string;
  readonly sources?: readonly string[];
  readonly lifetimeMs?: number;
}

/** Issues tokens in a state directory, as `gateway token issue` does, and returns their texts in order. */
export async function issueTokens(
  statePath: string,
  env: Readonly<Record<string, string>>,
  wanted: readonly WantedToken[],
): Promise<string[]> {
  const config = readConfig({ ...env, KM_STATE_PATH: statePath });
  const desk = await openTokenDesk(config, AbortSignal.timeout(60_000));
  try {
    const texts: string[] = [];
    for (const { name, scope = "reader", quotaClass = "unlimited", sources, lifetimeMs } of wanted) {
      texts.push((await desk.issue({ name, scope, quotaClass, sources, lifetimeMs })).text);
    }
    return texts;
  } finally {
    await desk.close();
  }
}
