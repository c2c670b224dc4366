import process from "node:process";

export interface RuntimeVersion {
  readonly name: "node" | "deno";
  /** major.minor.patch */
  readonly version: string;
}

/** Which runtime this is: Deno names itself in `process.versions`, which both have. */
export function currentRuntime(): RuntimeVersion {
  const deno = process.versions["deno"];
  return deno === undefined ? { name: "node", version: process.versions.node } : { name: "deno", version: deno };
}

/** For people and metrics: "node 24.1.0". */
export function runtimeName(runtime: RuntimeVersion = currentRuntime()): string {
  return `${runtime.name} ${runtime.version}`;
}
