import { path, toggle } from "../parsers.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface RuntimeConfig {
  readonly allowKnownBad: boolean;
}

export const runtimeVariables = {
  allowKnownBad: variable({
    name: "KM_ALLOW_KNOWN_BAD_RUNTIME",
    summary: "Start on a runtime that is known to fail, such as Deno 2.9.4 to 2.9.6.",
    default: "off",
    reason: "Those abort the whole process when a client closes its connection after many calls.",
    parser: toggle,
  }),
  envFile: optional({
    name: "KM_ENV_FILE",
    summary: "A file of KM_X=value lines, read at the start, and again on SIGHUP for sources and quotas.",
    unset: "no file is read",
    reason: "A process can't be given another environment; what is set there wins over the file.",
    parser: path,
  }),
};

export function runtimeConfig({ allowKnownBad }: Values<typeof runtimeVariables>): RuntimeConfig {
  return { allowKnownBad };
}
