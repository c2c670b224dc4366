import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import type { Command } from "commander";
import { type Environment, environment, type GatewayConfig, readConfig } from "../config/mod.ts";
import { checkRuntime, runtimeName } from "../runtime/mod.ts";
import { checkDatabases } from "./check-databases.ts";
import { openClients } from "./clients.ts";
import { type ExitCode, exitCode, explain } from "./exit-code.ts";
import type { Finding } from "./finding.ts";
import { standardOutput, table } from "./output.ts";
import { readServing } from "./serving.ts";

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("check what a gateway needs here: runtime, Git, configuration, sources, state, a running gateway")
    .option("--repair", "move a damaged index aside, so that the next start builds it anew; nothing is deleted")
    .action(async ({ repair = false }: { repair?: boolean }, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      const output = standardOutput(json);
      const findings = await examine(environment(), repair);
      if (json) for (const finding of findings) output.out(JSON.stringify(finding));
      else output.out(table(findings.map((f) => [f.ok ? "ok" : "FAIL", f.check, f.note])));
      process.exitCode = verdict(findings);
    });
}

function verdict(findings: readonly Finding[]): ExitCode {
  return findings.every((f) => f.ok) ? exitCode.ok : exitCode.failed;
}

async function examine(env: Environment, repair: boolean): Promise<Finding[]> {
  const findings = [attempt("runtime", () => runtime()), git()];
  let config: GatewayConfig;
  try {
    config = readConfig(env);
  } catch (error) {
    return [...findings, { check: "configuration", ok: false, note: explain(error).message }];
  }
  findings.push({ check: "configuration", ok: true, note: "`gateway config` shows it" });
  for (const { name, path } of config.sources.sources) {
    findings.push({
      check: `source ${name}`,
      ok: existsSync(path),
      note: existsSync(path) ? path : `${path} does not exist: mend KM_SOURCES or KM_REPO_PATH`,
    });
  }
  findings.push(attempt("state directory", () => writable(config.state.path)));
  const serving = readServing(config.state.path);
  if (serving) {
    findings.push(await reachable(serving.address, env["KM_TOKEN"]));
    if (repair) findings.push({ check: "repair", ok: false, note: "stop the gateway first, then run it again" });
  } else {
    findings.push({
      check: "gateway",
      ok: true,
      note: "none is running on this state directory; `gateway serve` starts one",
    });
    findings.push(...(await checkDatabases(config.state.path, repair, new Date())));
  }
  return findings;
}

function attempt(check: string, work: () => string): Finding {
  try {
    return { check, ok: true, note: work() };
  } catch (error) {
    return { check, ok: false, note: explain(error).message };
  }
}

function runtime(): string {
  checkRuntime(false);
  return runtimeName();
}

function git(): Finding {
  const { stdout, error } = spawnSync("git", ["--version"], { encoding: "utf8" });
  return error
    ? {
        check: "git",
        ok: false,
        note: "not found: sources are then walked as plain folders, without commits; install Git",
      }
    : { check: "git", ok: true, note: stdout.trim() };
}

function writable(statePath: string): string {
  const path = resolve(statePath);
  if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new Error(`${path} can't be written: set KM_STATE_PATH to a folder of this user's`, { cause });
  }
  return path;
}

async function reachable(address: string, token: string | undefined): Promise<Finding> {
  const clients = openClients(address, token);
  try {
    const { sources } = await clients.ingest.listSources({}, { signal: AbortSignal.timeout(5_000) });
    return { check: "gateway", ok: true, note: `answers at ${address}, ${sources.length} source(s)` };
  } catch (error) {
    return { check: "gateway", ok: false, note: `${address}: ${explain(error).message}` };
  } finally {
    clients.close();
  }
}
