import { listenAddress } from "../listen-address.ts";
import { type Values, variable } from "../variable.ts";

export interface SidecarConfig {
  readonly address: string;
}

export const sidecarVariables = {
  address: variable({
    name: "KM_METRICS_ADDRESS",
    summary: "Where /metrics, /livez and /readyz are served over HTTP; port 0 picks a free one.",
    default: "127.0.0.1:9464",
    reason: "Loopback, because it asks for no token; 9464 is the customary port of exporters of this kind.",
    parser: listenAddress,
  }),
};

export function sidecarConfig(values: Values<typeof sidecarVariables>): SidecarConfig {
  return { address: values.address };
}
