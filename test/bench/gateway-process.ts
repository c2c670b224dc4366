import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type IngestMode, type IngestRun, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import { type Clients, openClients } from "../../src/cli/clients.ts";
import { projectFile } from "../../src/runtime/mod.ts";

export interface GatewayProcess {
  readonly pid: number;
  readonly clients: Clients;
  /** Milliseconds from spawn to SERVING. */
  readonly startMs: number;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** `host:port` of the sidecar. */
  readonly metricsAddress: string;
  /** Resident memory now and at its highest, MB. */
  memory(): { now: number; peak: number };
  resetPeak(): void;
  stop(): Promise<number | null>;
}

/** Starts the real program on a state directory, quotas wide open, and waits until it serves. */
export async function startProcess(
  statePath: string,
  sources: string,
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  mkdirSync(statePath, { recursive: true });
  const log = openSync(join(statePath, "..", "gateway.log"), "a");
  const began = performance.now();
  const child: ChildProcess = spawn(process.execPath, [projectFile("dist/src/cli/gateway.js"), "serve"], {
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      KM_STATE_PATH: statePath,
      KM_SOURCES: sources,
      KM_GRPC_ADDRESS: "127.0.0.1:0",
      KM_METRICS_ADDRESS: "127.0.0.1:0",
      KM_INGEST_ON_START: "off",
      // A tick would ingest in the middle of a measurement.
      KM_SCHEDULER_ENABLED: "off",
      KM_LOG_LEVEL: "warn",
      KM_RATE_LIMIT_REQUESTS: "1000000",
      KM_RATE_LIMIT_MANAGE_REQUESTS: "1000000",
      ...env,
    },
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error("the gateway could not be spawned");
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const serving = await servingFile(join(statePath, "serving.json"), pid, ended);
  const startMs = performance.now() - began;
  const clients = openClients(serving.address, undefined);
  return {
    pid,
    clients,
    startMs,
    metricsAddress: serving.metricsAddress,
    metrics: async () => (await fetch(`http://${serving.metricsAddress}/metrics`)).text(),
    memory: () => ({ now: resident(pid, "VmRSS"), peak: resident(pid, "VmHWM") }),
    resetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, "5"),
    stop: async () => {
      clients.close();
      child.kill("SIGINT");
      return ended;
    },
  };
}

async function servingFile(path: string, pid: number, ended: Promise<unknown>) {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    if (over) throw new Error("the gateway ended before it served; see gateway.log beside its state");
    if (existsSync(path)) {
      const serving = JSON.parse(readFileSync(path, "utf8")) as {
        pid: number;
        address: string;
        metricsAddress: string;
      };
      if (serving.pid === pid) return serving;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A field of /proc/PID/status, MB. */
function resident(pid: number, field: "VmRSS" | "VmHWM"): number {
  const line = readFileSync(`/proc/${pid}/status`, "utf8").match(new RegExp(`^${field}:\\s+(\\d+) kB`, "m"));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}

/** Runs an ingest to its end; `ms` is from the call to the answer that it is over, as a caller sees it. */
export async function ingest(clients: Clients, mode: IngestMode): Promise<{ run: IngestRun; ms: number }> {
  const began = performance.now();
  const { runs } = await clients.ingest.startIngest({ mode });
  let run = runs[0]!;
  for await (const { progress } of clients.ingest.watchIngest({ runId: run.runId })) run = progress?.run ?? run;
  const ms = performance.now() - began;
  if (run.state !== IngestRunState.INGEST_RUN_STATE_SUCCEEDED) {
    throw new Error(`the run ended ${run.state}: ${run.error?.reason} ${run.error?.message} ${run.error?.path}`);
  }
  return { run, ms };
}
