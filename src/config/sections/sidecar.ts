import { bearerToken } from "../bearer-token.ts";
import { listenAddress } from "../listen-address.ts";
import type { Secret } from "../secret.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface SidecarConfig {
  readonly address: string;
  /** undefined: none is asked for. */
  readonly token: Secret | undefined;
}

export const sidecarVariables = {
  address: variable({
    name: "KM_METRICS_ADDRESS",
    summary: "Where /metrics, /livez and /readyz are served over HTTP; port 0 picks a free one.",
    default: "127.0.0.1:9464",
    reason:
      "Loopback, because it asks for no token unless told to; 9464 is the customary port of exporters of this kind.",
    parser: listenAddress,
  }),
  token: optional({
    name: "KM_METRICS_TOKEN",
    summary:
      "Bearer token that /metrics asks for. /livez and /readyz go on answering probes without it; /readyz then names no plug-in and no reason.",
    unset: "none is asked for",
    reason: "A scraper on the same host needs none; metrics name sources, so an address others reach wants one.",
    parser: bearerToken,
  }),
};

export function sidecarConfig(values: Values<typeof sidecarVariables>): SidecarConfig {
  return { address: values.address, token: values.token };
}
