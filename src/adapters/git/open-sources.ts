import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault, throwIfAborted } from "../../domain/mod.ts";
import type { Source, Sources } from "../../ports/mod.ts";
import { openSource, type SourceConfig } from "./open-source.ts";

export interface GitSourcesConfig {
  readonly sources: readonly SourceConfig[];
  /** Whether files that Git doesn't track (and doesn't ignore) are listed. */
  readonly indexUntracked: boolean;
  readonly statePath: string;
  /** Where `git` is looked for, as PATH has it; default: the usual system folders. */
  readonly searchPath?: string;
}

/** The configured sources, which a reread configuration may replace. */
export interface SourceSet extends Sources {
  /** Takes the new set if all of it is sound; else the old one stays. @throws Fault `precondition`, `invalid`. */
  replace(config: GitSourcesConfig, signal: AbortSignal): Promise<void>;
  /** Names of sources whose folder is gone now. */
  missing(): Promise<readonly string[]>;
}

const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin";

/** @throws Fault `precondition` when a folder is missing or no folder, `invalid` for a bad or doubled name. */
export async function openSources(config: GitSourcesConfig, signal: AbortSignal): Promise<SourceSet> {
  let current = await open(config, signal);
  return {
    all: () => [...current.values()].map(({ source }) => source),
    get: (name) => current.get(name)?.source,
    async replace(next, nextSignal) {
      current = await open(next, nextSignal);
    },
    async missing() {
      const lost: string[] = [];
      for (const [name, { path }] of current) if (!(await isFolder(path))) lost.push(name);
      return lost;
    },
  };
}

async function open(
  config: GitSourcesConfig,
  signal: AbortSignal,
): Promise<Map<string, { source: Source; path: string }>> {
  const opened = new Map<string, { source: Source; path: string }>();
  const options = {
    indexUntracked: config.indexUntracked,
    statePath: resolve(config.statePath),
    searchPath: config.searchPath ?? usualPath,
  };
  for (const { name, path } of config.sources) {
    throwIfAborted(signal);
    if (!/^[a-z0-9._-]+$/.test(name)) {
      throw new Fault("invalid", `source name "${name}": use lower-case letters, digits, ".", "_" and "-"`);
    }
    if (opened.has(name)) throw new Fault("invalid", `source name "${name}" is given twice in KM_SOURCES`);
    const full = resolve(path);
    if (!(await isFolder(full))) {
      const what = "is not an existing folder; set KM_SOURCES=name=path[,name=path…] or KM_REPO_PATH to one";
      throw new Fault("precondition", `the path of source "${name}" ${what}`, { reason: "SOURCE_GONE", field: name });
    }
    opened.set(name, { source: openSource({ name, path: full }, options), path: full });
  }
  return opened;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(await realpath(path))).isDirectory();
  } catch {
    return false;
  }
}
