import process from "node:process";
import type { Command } from "commander";
import { environment, readConfig } from "../config/mod.ts";
import type { Gateway } from "../main.ts";
import { exitCode, explain } from "./exit-code.ts";
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
  const signalled = firstSignal();
  // Loaded by the commands that serve: the others start in a third of the time.
  const { startGateway } = await import("../main.ts");
  const gateway = await startGateway(config);
  writeServing(config.state.path, {
    pid: process.pid,
    address: gateway.address,
    metricsAddress: gateway.metricsAddress,
  });
  const hangUp = () => void rereadConfig(gateway, env);
  process.on("SIGHUP", hangUp);
  try {
    if (guided) await guide(gateway, config, signalled);
    const signal = await signalled;
    // Beyond the budget a stop hangs.
    setTimeout(() => process.exit(1), gateway.stopBudgetMs).unref();
    if (signal === "SIGINT") process.stderr.write("stopping: running calls are answered; Ctrl-C again ends at once\n");
    await gateway.stop({ lameDuck: signal !== "SIGINT" });
  } finally {
    process.off("SIGHUP", hangUp);
    removeServing(config.state.path);
  }
  // All is stopped. Connections whose peers never close their end, silent ones among them, would hold the process still.
  process.exit(exitCode.ok);
}

/** On SIGHUP. A configuration that is wrong is told, and the one before it stays. */
async function rereadConfig(gateway: Gateway, env: ReturnType<typeof environment>): Promise<void> {
  try {
    await gateway.reload(readConfig(env));
  } catch (error) {
    process.stderr.write(`gateway: the configuration was not reread: ${explain(error).message}\n`);
  }
}

/**
 * The first SIGTERM or SIGINT, which starts an orderly stop; a second one exits at once. Listened for from before the
 * start, which is then gone through and undone in order: as process 1 of a container nothing else would end it.
 */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(1);
      stopping = true;
      resolve(signal);
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}
