/** Metrics, liveness and readiness over HTTP, beside the gRPC port. */
export { createHealthSource, type HealthSource } from "./health-source.ts";
export { SIDECAR, type Sidecar, type SidecarOptions, sidecarPlugin } from "./sidecar-plugin.ts";
