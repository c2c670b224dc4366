import { OWNERSHIP, SOURCES, type Sources } from "../../ports/mod.ts";
import { type GitSourcesConfig, openSources } from "./open-sources.ts";

/**
 * The sources as a plug-in, to be started once the state directory is there: a source tells it apart from its files. A plain value of the kernel's `Plugin` shape: adapters don't import the kernel, so the
 * composition root hands it to `definePlugin`.
 */
export const gitSourcesPlugin = {
  name: "sources",
  provides: SOURCES,
  needs: { owner: OWNERSHIP },
  config(raw: unknown): GitSourcesConfig {
    const config = raw as GitSourcesConfig;
    if (config.sources.length === 0) {
      throw new Error("no source is configured: set KM_REPO_PATH=path or KM_SOURCES=name=path[,name=path…]");
    }
    return config;
  },
  async start(_needs: unknown, config: GitSourcesConfig, signal: AbortSignal) {
    const set = await openSources(config, signal);
    return {
      value: set as Sources,
      async health(): Promise<{ ok: true } | { ok: false; reason: string }> {
        const lost = await set.missing();
        if (lost.length === 0) return { ok: true };
        return {
          ok: false,
          reason: `the folder of ${lost.join(", ")} is gone: restore it or take it out of KM_SOURCES`,
        };
      },
    };
  },
} as const;
