import { currentRuntime, type RuntimeVersion, runtimeName } from "./runtime-name.ts";

/** Refuses to start here, with the remedy. */
export class RuntimeRefusal extends Error {
  override readonly name = "RuntimeRefusal";
}

/**
 * Refuses runtimes on which the gateway is known to fail: Node before 20, which lacks what the program uses, and
 * Deno 2.9.4 to 2.9.6, whose whole process aborts when a gRPC client closes its connection after some ninety calls
 * (an assertion in its HTTP/2 library that nothing can catch; see denoland/deno#36788).
 *
 * @param allowKnownBad start all the same on a Deno that is known to abort; no flag makes an old Node work
 * @throws RuntimeRefusal
 */
export function checkRuntime(allowKnownBad: boolean, runtime: RuntimeVersion = currentRuntime()): void {
  const [major = 0, minor = 0, patch = 0] = runtime.version.split(/[.+-]/).map(Number);
  if (runtime.name === "node" && major < 20) {
    throw new RuntimeRefusal(`${runtimeName(runtime)} is too old: use Node 20 or newer`);
  }
  const aborts = runtime.name === "deno" && major === 2 && minor === 9 && patch >= 4 && patch <= 6;
  if (aborts && !allowKnownBad) {
    throw new RuntimeRefusal(
      `${runtimeName(runtime)} aborts when a client closes its connection: use Deno 2.9.3, or Node 20 or newer; KM_ALLOW_KNOWN_BAD_RUNTIME=on starts all the same`,
    );
  }
}
