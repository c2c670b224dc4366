import { spawn } from "node:child_process";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";
import { gatewayCommand } from "./gateway-process.ts";

/** Runs the smoke test on the build that this test belongs to: how it ended, and all that it said. */
export function runSmoke(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; said: string }> {
  const child = spawn(projectFile("infra/smoke-test.sh"), args, {
    env: {
      ...process.env,
      GATEWAY: gatewayCommand().join(" "),
      GATEWAY_INGEST: gatewayCommand("gateway-ingest").join(" "),
      KM_SMOKE_BUILT: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
  }
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, said }));
  });
}
