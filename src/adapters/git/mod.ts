/** Reads the trees of files the operator named: from Git where there is Git, else by walking the folder. */
export { gitSourcesPlugin } from "./git-sources-plugin.ts";
export { type GitSourcesConfig, openSources, type SourceSet } from "./open-sources.ts";
