/** Starts, checks, drains and stops plug-ins; knows nothing of gRPC, storage or HTTP. */
export { type Health, healthy, unhealthy } from "./health.ts";
export { KernelError } from "./kernel-error.ts";
export { definePlugin, type Needs, type Parse, type Plugin, type Resolved, type Running } from "./plugin.ts";
export { type Kernel, type KernelEvent, type KernelOptions, startKernel } from "./start-kernel.ts";
export { type Token, token } from "./token.ts";
