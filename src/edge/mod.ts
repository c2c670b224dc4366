/** The gRPC face of the gateway: who may call, how often, how long, and what a fault looks like on the wire. */
export { EDGE, type Edge, type EdgeConfig, edgePlugin } from "./edge-plugin.ts";
export { type FollowedHealth, followHealth } from "./follow-health.ts";
export type { GrpcRegistry } from "./grpc-metrics.ts";
export { type Limits, limits } from "./limits.ts";
export { loadPolicies, type MethodPolicy, type Policies } from "./policy.ts";
export { type EdgeServer, openServer, type ReflectionMode, type ServerParts } from "./server.ts";
export { errorDomain, type GrpcStatus, toInternalStatus, toStatus } from "./status.ts";
export { realTimers, type Timers } from "./timers.ts";
