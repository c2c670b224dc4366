import process from "node:process";
import type { Command } from "commander";
import { environment, readConfig } from "../config/mod.ts";
import { type Gateway, startGateway } from "../main.ts";
import { guide } from "./guide.ts";
import { removeServing, writeServing } from "./serving.ts";

export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("index the configured sources and serve them until SIGTERM or SIGINT")
    .option("--guide", "readable logs, and three commands to try once the first index is there")
    .action(async (flags: { guide?: boolean }) => serve(flags.guide ?? false));
}

async function serve(guided: boolean): Promise<void> {
  const env = guided ? { KM_LOG_FORMAT: "pretty", KM_LOG_LEVEL: "warn", ...environment() } : environment();
  const config = readConfig(env);
  const gateway = await startGateway(config);
  writeServing(config.state.path, {
    pid: process.pid,
    address: gateway.address,
    metricsAddress: gateway.metricsAddress,
  });
  const ended = untilSignalled(gateway);
  if (guided) await guide(gateway, config, ended);
  try {
    await ended;
  } finally {
    removeServing(config.state.path);
  }
}

/**
 * Stops on the first SIGTERM or SIGINT, within the drain budget; a second signal exits at once. A timer beyond the
 * budget ends a stop that hangs (a dead peer's session can hold one up).
 */
async function untilSignalled(gateway: Gateway): Promise<void> {
  await new Promise<void>((resolve) => {
    let stopping = false;
    const onSignal = () => {
      if (stopping) process.exit(1);
      stopping = true;
      resolve();
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
  const hard = setTimeout(() => process.exit(1), gateway.stopBudgetMs);
  hard.unref();
  await gateway.stop();
}
