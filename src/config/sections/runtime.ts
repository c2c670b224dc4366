import { toggle } from "../parsers.ts";
import { type Values, variable } from "../variable.ts";

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
};

export function runtimeConfig({ allowKnownBad }: Values<typeof runtimeVariables>): RuntimeConfig {
  return { allowKnownBad };
}
